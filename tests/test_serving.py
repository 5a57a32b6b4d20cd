"""Tests of `serving`: the commands, as a person runs them, and the AWS CLI against them."""

import base64
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from truant.cli import app
from truant.commands.serve import CannotRun

TRUANT = [sys.executable, "-m", "truant.cli"]


def run(*words: str, folder: Path) -> Result:
    environment = {"TRUANT_DATABASE": str(folder / "t.db")}
    return CliRunner().invoke(app, list(words), env=environment, catch_exceptions=True)


def create(folder: Path, *words: str) -> tuple[str, str]:
    made = run("keys", "create", "--account", "111111111111", *words, folder=folder)
    assert made.exit_code == 0, made.output
    id_, secret = re.findall(r": +(\S+)", made.stdout)
    return id_, secret


def refused(*words: str, folder: Path) -> str:
    """What a command that cannot be run says."""
    error = run(*words, folder=folder).exception
    assert isinstance(error, CannotRun), error
    return str(error)


def test_keys_are_created_listed_and_deleted(tmp_path: Path) -> None:
    id_, secret = create(tmp_path, "--name", "me\x1b[31m", "--read-only")
    assert stat.S_IMODE((tmp_path / "t.db.key").stat().st_mode) == 0o600
    listed = run("keys", "list", folder=tmp_path).stdout
    assert id_ in listed
    assert "reads  " in listed
    assert secret not in listed
    assert "\x1b" not in listed
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in kept
    assert run("keys", "delete", id_, folder=tmp_path).exit_code == 0
    assert run("keys", "list", folder=tmp_path).stdout == ""
    assert "there is no such key" in refused("keys", "delete", id_, folder=tmp_path)


def test_only_the_first_key_makes_an_administrator(tmp_path: Path) -> None:
    first = run("keys", "create", "--account", "111111111111", folder=tmp_path)
    second = run("keys", "create", "--account", "222222222222", folder=tmp_path)
    assert "111111111111 is now the administrator" in first.stderr
    assert "administrator" not in second.stderr


@pytest.mark.parametrize("account", ["1", "1111111111111", "11111111111a", "¹¹¹¹¹¹¹¹¹¹¹¹"])
def test_an_account_has_twelve_digits(tmp_path: Path, account: str) -> None:
    assert "12 digits" in refused("keys", "create", "--account", account, folder=tmp_path)
    assert not (tmp_path / "t.db").exists()


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    create(tmp_path)
    (tmp_path / "t.db.key").chmod(0o644)
    said = refused("keys", "create", "--account", "111111111111", folder=tmp_path)
    assert "chmod 600" in said


def test_a_lost_key_file_is_said_and_not_made_anew(tmp_path: Path) -> None:
    create(tmp_path)
    (tmp_path / "t.db.key").unlink()
    said = refused("keys", "create", "--account", "111111111111", folder=tmp_path)
    assert "Put it back" in said
    assert not (tmp_path / "t.db.key").exists()


def test_the_key_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUANT_STORE_KEY", base64.b64encode(b"k" * 32).decode())
    create(tmp_path)
    assert not (tmp_path / "t.db.key").exists()
    monkeypatch.setenv("TRUANT_STORE_KEY", "too short")
    assert "TRUANT_STORE_KEY" in refused(
        "keys", "create", "--account", "111111111111", folder=tmp_path
    )


def wait_for(port: int) -> None:
    """Wait until something listens."""
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise AssertionError("nothing listens")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A service as a person starts it; its address."""
    create(tmp_path)
    port = 20_000 + os.getpid() % 20_000
    environment = {**os.environ, "TRUANT_DATABASE": str(tmp_path / "t.db")}
    words = [*TRUANT, "serve", "--port", str(port)]
    service = subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True)
    assert service.stderr is not None
    try:
        assert f"http://127.0.0.1:{port}" in service.stderr.readline()
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(30)
        service.stderr.close()


def test_the_aws_cli_works_unchanged(tmp_path: Path, address: str) -> None:
    cli = shutil.which("/usr/bin/aws") or shutil.which("aws")
    if cli is None:
        pytest.skip("no AWS CLI: apt-get install awscli")
    id_, secret = create(tmp_path)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "AWS_ACCESS_KEY_ID": id_,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }

    def aws(*words: str) -> subprocess.CompletedProcess[str]:
        command = [cli, "guardduty", "--endpoint-url", address, "--output", "json", *words]
        return subprocess.run(command, capture_output=True, text=True, env=environment)

    made = aws("create-detector", "--enable", "--tags", "team=a b/c")
    assert made.returncode == 0, made.stderr
    detector = json.loads(made.stdout)["DetectorId"]
    assert aws("create-sample-findings", "--detector-id", detector).returncode == 0
    criteria = json.dumps({"Criterion": {"severity": {"Gte": 7}}})
    listed = aws("list-findings", "--detector-id", detector, "--finding-criteria", criteria)
    ids = json.loads(listed.stdout)["FindingIds"]
    assert len(ids) == 2
    got = aws("get-findings", "--detector-id", detector, "--finding-ids", *ids)
    assert {one["Severity"] for one in json.loads(got.stdout)["Findings"]} == {8.0}
    assert aws("archive-findings", "--detector-id", detector, "--finding-ids", *ids).returncode == 0
    arn = f"arn:aws:guardduty:eu-west-1:111111111111:detector/{detector}"
    tags = aws("list-tags-for-resource", "--resource-arn", arn)
    assert json.loads(tags.stdout)["Tags"] == {"team": "a b/c"}
    missing = aws("get-filter", "--detector-id", detector, "--filter-name", "none")
    assert missing.returncode > 0
    assert "(BadRequestException)" in missing.stderr


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['sqlalchemy'] = None; sys.argv = ['truant', 'keys', 'list'];"
        "from truant.cli import main; main()"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert said.returncode == 2
    assert "pip install 'truant[server]'" in said.stderr


def test_scanning_loads_nothing_of_the_service() -> None:
    code = (
        "import sys, truant.cli;"
        "print([m for m in ('sqlalchemy', 'botocore', 'starlette') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert said.stdout.strip() == "[]", said.stderr


SERVE_VARIABLES = {
    "TRUANT_INVENTORY": "listed",
    "TRUANT_IP_RANGES": "ranges.json",
    "TRUANT_FEED": os.pathsep.join(("asn.mmdb", "my networks.csv")),
    "TRUANT_DOWNLOAD": "true",
    "TRUANT_INTAKE": "s3://trail/a https://sqs.eu-west-1.amazonaws.com/111111111111/told",
    "TRUANT_FLOW_LOGS": "/var/flow",
    "TRUANT_COLLECT": "1",
}


def serve_given(*words: str) -> dict[str, Any]:
    """The options of `truant serve` as its command line takes them."""
    serve = typer.main.get_command(app).commands["serve"]  # type: ignore[attr-defined]
    return dict(serve.make_context("serve", list(words)).params)


def test_what_is_read_may_be_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVE_VARIABLES.items():
        monkeypatch.setenv(name, value)
    given = serve_given()
    assert given["inventory"] == Path("listed")
    assert given["ip_ranges"] == Path("ranges.json")
    assert given["feed"] == [Path("asn.mmdb"), Path("my networks.csv")]
    assert given["intake"] == SERVE_VARIABLES["TRUANT_INTAKE"].split()
    assert given["flow_logs"] == ["/var/flow"]
    assert given["download"] is True
    assert given["collect"] is True


def test_the_command_line_comes_first_then_the_environment_then_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "truant.toml"
    file.write_text('[serve]\ninventory = "f"\nip_ranges = "f"\nfeed = ["f"]\ndownload = true\n')
    monkeypatch.setenv("TRUANT_CONFIG", str(file))
    assert serve_given()["feed"] == [tmp_path / "f"]
    for name, value in SERVE_VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TRUANT_DOWNLOAD", "false")
    monkeypatch.delenv("TRUANT_IP_RANGES")
    given = serve_given("--inventory", "c", "--intake", "here")
    assert given["inventory"] == Path("c")
    assert given["intake"] == ["here"]
    assert len(given["feed"]) == 2
    assert given["download"] is False
    assert given["ip_ranges"] == tmp_path / "f"


def test_every_option_of_serve_has_a_variable_that_is_documented() -> None:
    documented = (Path(__file__).parents[1] / "docs/service.md").read_text(encoding="utf-8")
    serve = typer.main.get_command(app).commands["serve"]  # type: ignore[attr-defined]
    for option in serve.params:
        assert option.envvar, f"{option.name} has no variable"
        assert f"`{option.envvar}`" in documented


def test_a_scan_takes_nothing_from_the_environment_of_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TRUANT_INVENTORY", "TRUANT_IP_RANGES", "TRUANT_FEED"):
        monkeypatch.setenv(name, str(tmp_path / "nowhere"))
    monkeypatch.setenv("TRUANT_DOWNLOAD", "true")
    scan = typer.main.get_command(app).commands["scan"]  # type: ignore[attr-defined]
    given = scan.make_context("scan", [str(tmp_path)]).params
    assert not any(given[name] for name in ("inventory", "ip_ranges", "feed", "download"))
