"""Finding trail files in folders, and reading them; nothing is passed over in silence."""

import os
from pathlib import Path

import pytest

from truant.connectors.trail_files import Unreadable, find, read
from truant.model.record_file import Kind

RECORD = '{"Records": [{"eventName": "ListBuckets", "eventTime": "2026-01-01T00:00:00Z"}]}'


def test_folders_are_searched_for_names_like_logs(tmp_path: Path) -> None:
    inner = tmp_path / "AWSLogs" / "2026"
    inner.mkdir(parents=True)
    for name in ("a.json.gz", "b.JSON", "c.log", "notes.txt", "d.csv.gz"):
        (inner / name).write_text(RECORD)
    found, others = find([tmp_path])
    assert [path.name for path in found] == ["a.json.gz", "b.JSON", "c.log"]
    assert others == 2


def test_a_named_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    file = tmp_path / "evidence"
    file.write_text(RECORD)
    assert find([file, file, tmp_path]) == ([file], 1)


def test_links_are_followed_and_loops_are_not(tmp_path: Path) -> None:
    real = tmp_path / "elsewhere"
    real.mkdir()
    (real / "a.json").write_text(RECORD)
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "linked").symlink_to(real)
    (real / "back").symlink_to(logs)
    found, _ = find([logs])
    assert found == [logs / "linked" / "a.json"]


def test_a_link_to_nothing_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    (path,), _ = find([tmp_path])
    (refusal,) = read(path).refusals
    assert refusal.file.endswith("gone.json")
    assert refusal.unreadable


def test_a_pipe_in_a_folder_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert find([tmp_path]) == ([], 0)


@pytest.mark.parametrize("name", ["absent", "pipe", "n" * 300])
def test_what_is_neither_file_nor_folder_is_an_error(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unreadable, match=f"{name}.*Name a CloudTrail file"):
        find([tmp_path / name])


def test_a_file_without_content_is_unreadable_and_one_with_bad_content_broken(
    tmp_path: Path,
) -> None:
    closed, broken = tmp_path / "closed.json", tmp_path / "broken.json"
    closed.symlink_to("/proc/self/mem")  # opens, and cannot be read, whoever asks
    broken.write_text("{{{")
    assert [(r.unreadable, r.position) for r in read(closed).refusals] == [(True, 0)]
    assert [(r.unreadable, r.position) for r in read(broken).refusals] == [(False, 0)]


def test_a_folder_that_cannot_be_listed_is_refused_by_name(tmp_path: Path) -> None:
    """The process's own map of open files denies a closed one, as a folder without rights does."""
    closed = tmp_path / "closed"
    closed.symlink_to("/proc/1/map_files" if os.geteuid() else tmp_path / ("n" * 255) / "x")
    found, _ = find([tmp_path])
    refusals = [refusal for path in found for refusal in read(path).refusals]
    assert all(refusal.unreadable for refusal in refusals)


def test_digests_are_known_by_their_name(tmp_path: Path) -> None:
    folder = tmp_path / "CloudTrail-Digest"
    folder.mkdir()
    file = folder / "111122223333_CloudTrail-Digest_us-east-1_x.json.gz"
    file.write_bytes(b"")
    assert read(file).decoded.kind is Kind.DIGEST
