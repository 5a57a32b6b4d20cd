"""Tests of `config`: places by their tables, errors that name the key, and no secret in either."""

import re
import tomllib
from pathlib import Path

import pytest

from truant.connectors import config as truant_config
from truant.connectors.config import BadConfig
from truant.connectors.publish.config import parse, read
from truant.connectors.publish.kinds import KINDS
from truant.formats.forms import FORMS

FILE = {"name": "a", "kind": "file", "file": "f.jsonl"}
TOML = """
[[publish]]
name = "lake"
kind = "file"
file = "findings.jsonl"
form = "ocsf"
severity = 4.0
"""


def test_places_are_read_from_truant_toml(tmp_path: Path) -> None:
    (tmp_path / "truant.toml").write_text(TOML)
    (place,) = read(tmp_path / "truant.toml", {})
    assert (place.name, place.kind, place.severity) == ("lake", "file", 4.0)
    assert place.shown == "findings.jsonl"
    truant_config.read(tmp_path / "truant.toml")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "must be tables"),
        (["x"], "must be tables"),
        ([{"kind": "file"}], r"publish\[1\]\.name"),
        ([{**FILE, "name": "A b"}], r"publish\[1\]\.name"),
        ([{**FILE, "name": "x" * 64}], r"publish\[1\]\.name"),
        ([{**FILE, "kind": "pigeon"}], "a: kind must be one of webhook, .* not 'pigeon'"),
        ([{**FILE, "kind": ["file"]}], "a: kind must be one of"),
        ([{**FILE, "colour": "red"}], "a: colour is unknown; known are file, form, kind"),
        ([{**FILE, "form": "xml"}], "a: form must be one of guardduty, .* not 'xml'"),
        ([{**FILE, "file": 3}], "a: file must be a text"),
        ([{"name": "a", "kind": "file"}], "a: file must be a text"),
        ([{**FILE, "severity": True}], "a: severity must be a number"),
        ([FILE, FILE], "a: the name stands twice"),
        ([{**FILE, "name": f"n{n}"} for n in range(51)], "at most 50"),
        ([{"name": "a", "kind": "syslog", "host": "h", "port": 0}], "a: port must be a whole"),
        ([{"name": "a", "kind": "syslog", "host": "h", "port": True}], "a: port must be a whole"),
        ([{"name": "a", "kind": "webhook", "url": "http://h", "plain": 1}], "a: plain must be"),
    ],
)
def test_what_is_wrong_is_named(given: object, why: str) -> None:
    with pytest.raises(BadConfig, match=why):
        parse(given, {})


def test_a_secret_in_the_file_is_refused_and_not_told() -> None:
    given = {"name": "my-soc", "kind": "webhook", "url": "https://h", "secret": "hunter2"}
    with pytest.raises(BadConfig, match="TRUANT_PUBLISH_MY_SOC_SECRET") as told:
        parse([given], {})
    assert "hunter2" not in str(told.value)


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    given = {"name": "a", "kind": "webhook", "url": "https://h", "secret_file": "s"}
    (tmp_path / "s").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    (place,) = parse([given], {}, tmp_path)
    assert place.shown == "h"
    with pytest.raises(BadConfig, match="secret_file cannot be read: FileNotFoundError"):
        parse([{**given, "secret_file": "none"}], {}, tmp_path)


def test_every_kind_is_a_file_of_its_own() -> None:
    homes = {make.__module__.rsplit(".", 1)[-1] for make in KINDS.values()}
    assert len(homes) == len(KINDS)


DOCUMENT = (Path(__file__).parents[3] / "docs/notify.md").read_text(encoding="utf-8")
SECRETS = {
    "TRUANT_PUBLISH_SOC_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "TRUANT_PUBLISH_PAGER_URL": "json://127.0.0.1",
}


def test_every_example_of_the_document_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(Path(__file__).with_name("no-such-file")))
    examples = re.findall(r"^```toml\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    kinds = set()
    for example in examples:
        (table,) = tomllib.loads(example.replace('profile = "audit"', ""))["publish"]
        (place,) = parse([table], SECRETS)
        kinds.add(place.kind)
    assert kinds == set(KINDS)


def test_the_document_tells_every_kind_and_form() -> None:
    assert re.findall(r"^### (\w+)$", DOCUMENT, re.MULTILINE) == list(KINDS)
    assert re.findall(r"^\| `(\w+)` \|", DOCUMENT, re.MULTILINE) == list(FORMS)
