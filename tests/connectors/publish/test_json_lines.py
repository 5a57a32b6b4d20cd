"""Tests of `json_lines`: whole lines or none, whoever else writes and whatever happens."""

import json
import resource
import signal
import threading
from pathlib import Path

import pytest

from tests.messages import message, messages, place
from tests.told_findings import HOSTILE, hostile, told
from truant.connectors.publish.publisher import NotDelivered


def lines(path: Path) -> list[object]:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def test_each_finding_is_a_line_of_its_own(tmp_path: Path) -> None:
    file = place("file", folder=tmp_path, file="findings.jsonl").publisher
    assert file.send(messages()) == {}
    assert file.send([message(hostile(text)) for text in HOSTILE]) == {}
    assert lines(tmp_path / "findings.jsonl") == [*told(), *map(hostile, HOSTILE)]
    assert (tmp_path / "findings.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_moved_away_is_made_again(tmp_path: Path) -> None:
    file = place("file", folder=tmp_path, file="f").publisher
    file.send([message()])
    (tmp_path / "f").rename(tmp_path / "f.1")
    file.send([message()])
    assert len(lines(tmp_path / "f")) == len(lines(tmp_path / "f.1")) == 1


def test_many_writers_mix_no_lines(tmp_path: Path) -> None:
    def write() -> None:
        place("file", folder=tmp_path, file="f").publisher.send(messages())

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lines(tmp_path / "f")) == 4 * len(told())


def test_no_half_line_stays_where_room_ends(tmp_path: Path) -> None:
    file = place("file", folder=tmp_path, file="f").publisher
    file.send([message()])
    before = (tmp_path / "f").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, limits[1]))
    try:
        with pytest.raises(NotDelivered, match="File too large"):
            file.send([message()])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert (tmp_path / "f").read_bytes() == before


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    file = place("file", folder=tmp_path, file="none/f").publisher
    with pytest.raises(NotDelivered, match="f: No such file"):
        file.send([message()])
    assert not list(tmp_path.iterdir())
