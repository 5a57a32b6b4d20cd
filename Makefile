# Truant's commands. The two that a newcomer needs: `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
DEV    := $(VENV)/.developed

.DEFAULT_GOAL := help
.PHONY: help install demo test check format bench lock clean

help: ## Show the commands.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

INSTALL = $(BIN)/python -m pip install -qq --disable-pip-version-check

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Truant needs Python 3.11 or newer. Name one: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing into $(VENV). This happens once and takes some seconds." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

$(DEV): $(STAMP) requirements-dev.lock
	@echo "Installing what tests and every extra need. This happens once and takes minutes." >&2
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $(DEV)

install: $(DEV) ## Everything that Truant can do, in .venv: the service, Spark, and what tests need.

demo: $(STAMP) ## The story, from metadata service to alert, in seconds, with no network.
	@$(BIN)/truant demo

test: $(DEV) ## All tests.
	@$(BIN)/python -m tests.browser
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: $(DEV) ## Format, lint, types, and the shape of the code.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_tidy.py

format: $(DEV) ## Put the code in order, and the examples in the documents.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python -m tests.examples

bench: $(DEV) ## Measure speed, memory and growth, beside other ways to do the same.
	$(BIN)/python -m benchmarks.report

PIN = $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11
lock: ## Pin every dependency anew.
	$(INSTALL) uv
	$(PIN) --upgrade --all-extras --group dev --group bench --output-file requirements-dev.lock pyproject.toml build.in
	$(PIN) --upgrade --constraint requirements-dev.lock --output-file requirements.lock pyproject.toml build.in

clean: ## Remove what was built.
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
