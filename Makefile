# Truant's commands. The two that a newcomer needs: `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench lock clean

help: ## Show the commands.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Truant needs Python 3.11 or newer. Name one: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing into $(VENV). This happens once and takes a minute." >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: $(STAMP) ## The story, from metadata service to alert, in seconds, with no network.
	@$(BIN)/truant demo

test: $(STAMP) ## All tests.
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: $(STAMP) ## Format, lint, types, and the shape of the code.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_tidy.py

format: $(STAMP) ## Put the code in order, and the examples in the documents.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python -m tests.examples

bench: $(STAMP) ## Measure speed beside other ways to do the same.
	$(BIN)/python -m benchmarks.throughput

lock: ## Pin every dependency anew.
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --all-extras --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --output-file requirements.lock pyproject.toml build.in

clean: ## Remove what was built.
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
