"""Tests of `service_config`: `[serve]` is read by the service and left alone by all others."""

from pathlib import Path

import pytest

from truant.connectors import config
from truant.connectors.config import BadConfig
from truant.connectors.service_config import parse_serve, read

TEXT = """
[[serve.intake]]
from = "trail"

[[serve.intake]]
from = "s3://org-trail"
name = "trail"
"""


def test_sources_are_read_and_folders_found_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "truant.toml").write_text(TEXT)
    folder, bucket = read(tmp_path / "truant.toml").intake
    assert (folder.location, folder.name) == (str(tmp_path / "trail"),) * 2
    assert (bucket.location, bucket.name) == ("s3://org-trail", "trail")
    assert config.read(tmp_path / "truant.toml").rules == ()


def test_none_is_needed(tmp_path: Path) -> None:
    (tmp_path / "truant.toml").write_text("")
    assert read(tmp_path / "truant.toml").intake == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("serve = 1", r"serve must be a table: write \[serve\]"),
        ("[serve]\nintakes = []", r"unknown key serve\.intakes; known are"),
        ("[serve]\nintake = 3", "serve.intake must be tables"),
        ('[[serve.intake]]\nfrom = "s3://"', "is no source"),
    ],
)
def test_mistakes_name_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "truant.toml").write_text(text)
    with pytest.raises(BadConfig, match=f"truant.toml: .*{said}"):
        read(tmp_path / "truant.toml")


def test_a_table_of_its_own_can_be_checked() -> None:
    assert parse_serve({}).intake == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rolle = 'x'", "unknown key serve.collect.rolle"),
        ("every_minutes = 1", "every_minutes must be 5 or more"),
        ("accounts = ['12']", "twelve digits"),
        ("regions = 'eu-west-1'", "serve.collect: Expected"),
    ],
)
def test_a_wrong_collect_table_is_told(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "truant.toml"
    file.write_text(f"[serve.collect]\n{line}\n")
    with pytest.raises(BadConfig, match=said):
        read(file)
