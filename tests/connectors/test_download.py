"""The downloader against a real server: what is new, what is not, what goes wrong."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.feed_server import Answer, FeedServer, feed_server
from truant.connectors.download import (
    Checked,
    Failed,
    Fetched,
    NotModified,
    Source,
    _check_address,
    _Refused,
    download,
)
from truant.connectors.feed_cache import FeedCache
from truant.model.bad_feed import BadFeed


def check(content: bytes) -> Checked:
    lines = content.decode().splitlines()
    if not lines or not lines[0].startswith("v"):
        raise BadFeed("words", "line 1", "is no version", "Get another")
    return Checked(lines[0], len(lines) - 1)


def words(version: str, count: int) -> bytes:
    return "\n".join([version, *["word"] * count]).encode()


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as feed:
        yield feed


@pytest.fixture
def source(server: FeedServer) -> Source:
    return Source("words", server.address, check, bytes_max=1000)


def kept(path: Path | None) -> bytes:
    assert path is not None
    return gzip.decompress(path.read_bytes())


def test_a_new_feed_is_fetched_kept_and_then_asked_for_only_if_changed(
    server: FeedServer, source: Source, tmp_path: Path
) -> None:
    server.answer = Answer(words("v1", 10), headers={"ETag": '"one"', "Last-Modified": "a date"})
    first = download(source, tmp_path, now=1_000)
    assert isinstance(first, Fetched)
    assert kept(first.path) == words("v1", 10)
    assert (first.current.entries, first.current.age_seconds(1_060)) == (10, 60)
    assert "if-none-match" not in server.requests[0]

    second = download(source, tmp_path, now=5_000)
    assert isinstance(second, NotModified)
    assert second.path == first.path
    assert (second.current.fetched_at, second.current.checked_at) == (1_000, 5_000)
    assert server.requests[1]["if-none-match"] == '"one"'
    assert server.requests[1]["if-modified-since"] == "a date"
    assert FeedCache(tmp_path, "words", 3).current() == second.current


def test_a_date_alone_is_enough_to_ask_conditionally(
    server: FeedServer, source: Source, tmp_path: Path
) -> None:
    server.answer = Answer(words("v1", 1), headers={"Last-Modified": "a date"})
    download(source, tmp_path, now=1)
    assert isinstance(download(source, tmp_path, now=2), NotModified)


def test_the_last_versions_are_kept_and_older_ones_dropped(
    server: FeedServer, source: Source, tmp_path: Path
) -> None:
    for number in range(6):
        server.answer = Answer(words(f"v{number}", 10))
        assert isinstance(download(source, tmp_path, now=number), Fetched)
    names = [path.name for path in FeedCache(tmp_path, "words", 3).versions()]
    assert names == ["v3.gz", "v4.gz", "v5.gz"]
    assert {p.name for p in (tmp_path / "words").iterdir()} == {"state.json", *names}


def hurried(source: Source, case: str) -> Source:
    """Little patience where the server is slow; much elsewhere, so that a busy machine passes."""
    if case in {"silent", "dripping"}:
        return replace(source, timeout_seconds=0.5, total_seconds=0.6)
    return source


BAD = {
    "truncated": (Answer(words("v2", 10), truncate_to=20), "RemoteProtocolError"),
    "empty": (Answer(b""), "is no version"),
    "wrong schema": (Answer(b"<html>login</html>"), "is no version"),
    "shrunk": (Answer(words("v2", 7)), "shrank from 10 to 7 entries"),
    "server error": (Answer(b"oops", status=500), "answered 500"),
    "gone": (Answer(b"", status=410), "answered 410"),
    "too large": (Answer(words("v2", 1000)), "more than 1,000 bytes"),
    "silent": (Answer(words("v2", 10), wait_seconds=0.8), "ReadTimeout"),
    "dripping": (Answer(words("v2", 20), pause_seconds=0.1, piece_bytes=4), "took too long"),
    "to http": (Answer(status=302, headers={"Location": "http://192.0.2.1/x"}), "only HTTPS"),
    "to a file": (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "only HTTPS"),
    "nowhere": (Answer(status=302, headers={"Location": "//127.0.0.1:x"}), "Invalid"),
    "no port": (
        Answer(status=302, headers={"Location": "//127.0.0.1:999999999999"}),
        "",
    ),
    "long name": (Answer(status=302, headers={"Location": "https://" + "a" * 70}), ""),
    "in circles": (Answer(status=302, headers={"Location": "/feed"}), "more than 5 redirects"),
    "not gzip": (Answer(b"plain", headers={"Content-Encoding": "gzip"}), "DecodingError"),
    "a bomb": (
        Answer(gzip.compress(b"v" * 10_000_000), headers={"Content-Encoding": "gzip"}),
        "more than 1,000 bytes",
    ),
    "unasked 304": (Answer(status=304), ""),
}


@pytest.mark.parametrize("case", [case for case in BAD if case != "unasked 304"])
def test_what_goes_wrong_is_said_and_the_cached_version_stays(
    case: str, server: FeedServer, source: Source, tmp_path: Path
) -> None:
    server.answer = Answer(words("v1", 10))
    good = download(source, tmp_path, now=1)
    server.answer, reason = BAD[case]
    outcome = download(hurried(source, case), tmp_path, now=2)
    assert isinstance(outcome, Failed)
    assert isinstance(good, Fetched)
    assert reason in outcome.reason
    assert (outcome.path, outcome.current) == (good.path, good.current)
    assert kept(outcome.path) == words("v1", 10)
    assert len(FeedCache(tmp_path, "words", 3).versions()) == 1


@pytest.mark.parametrize("case", [case for case in BAD if case != "shrunk"])
def test_what_goes_wrong_at_first_leaves_nothing(
    case: str, server: FeedServer, source: Source, tmp_path: Path
) -> None:
    server.answer, _ = BAD[case]
    outcome = download(hurried(source, case), tmp_path, now=1)
    assert isinstance(outcome, Failed)
    assert (outcome.path, outcome.current) == (None, None)
    assert FeedCache(tmp_path, "words", 3).versions() == ()


def test_a_small_shrink_is_ordinary(server: FeedServer, source: Source, tmp_path: Path) -> None:
    for count in (10, 8):
        server.answer = Answer(words(f"v{count}", count))
        assert isinstance(download(source, tmp_path, now=count), Fetched)


def test_no_server_at_all_is_a_reason(tmp_path: Path) -> None:
    with feed_server() as gone:
        address = gone.address
    outcome = download(Source("words", address, check), tmp_path, now=1)
    assert isinstance(outcome, Failed)
    assert "ConnectError" in outcome.reason
    plain = download(Source("words", "http://192.0.2.1/", check), tmp_path, now=1)
    assert isinstance(plain, Failed)
    assert "only HTTPS" in plain.reason


@pytest.mark.parametrize("damage", ["state", "content", "missing"])
def test_a_damaged_cache_is_fetched_anew_not_trusted(
    damage: str, server: FeedServer, source: Source, tmp_path: Path
) -> None:
    server.answer = Answer(words("v1", 10), headers={"ETag": '"one"'})
    first = download(source, tmp_path, now=1)
    assert isinstance(first, Fetched)
    if damage == "state":
        (tmp_path / "words" / "state.json").write_bytes(b'{"version": 3')
    elif damage == "content":
        first.path.write_bytes(b"something else")
    else:
        first.path.unlink()
    second = download(source, tmp_path, now=2)
    assert isinstance(second, Fetched)
    assert "if-none-match" not in server.requests[-1]
    assert kept(second.path) == words("v1", 10)


def test_a_version_cannot_leave_its_folder(
    server: FeedServer, source: Source, tmp_path: Path
) -> None:
    server.answer = Answer(words("v/../../../etc/passwd\x00", 1))
    outcome = download(source, tmp_path, now=1)
    assert isinstance(outcome, Fetched)
    assert outcome.path.parent == tmp_path / "words"


def test_a_folder_that_cannot_be_written_is_a_reason(
    server: FeedServer, source: Source, tmp_path: Path
) -> None:
    server.answer = Answer(words("v1", 1))
    (tmp_path / "words").write_text("a file where the folder should be")
    outcome = download(source, tmp_path, now=1)
    assert isinstance(outcome, Failed)
    assert "cannot be written" in outcome.reason


PUBLIC, LOCAL = "https://feeds.example/x", "http://127.0.0.1:8000/x"


@pytest.mark.parametrize(
    ("first", "then", "allowed"),
    [
        (PUBLIC, "https://elsewhere.example/y", True),
        (PUBLIC, "http://feeds.example/x", False),
        (PUBLIC, "http://127.0.0.1/x", False),
        (PUBLIC, "https://127.0.0.1/x", False),
        (PUBLIC, "https://localhost/x", False),
        (PUBLIC, "https://[::1]/x", False),
        (PUBLIC, "ftp://feeds.example/x", False),
        (LOCAL, "http://127.0.0.1:9000/y", True),
        (LOCAL, "http://169.254.169.254/latest/meta-data", False),
    ],
)
def test_where_a_redirect_may_lead(first: str, then: str, allowed: bool) -> None:
    if allowed:
        _check_address(httpx.URL(then), httpx.URL(first))
    else:
        with pytest.raises(_Refused):
            _check_address(httpx.URL(then), httpx.URL(first))
