"""A trail checked by its digest files: sound ones pass, and what was done to others is said."""

import gzip
import json
from pathlib import Path

from tests.connectors.digest_chain import digest_key, log_key, write_keys, write_trail
from truant.connectors.digests import Checked, check, read_keys


def checked(folder: Path, *, keys: bool = True) -> Checked:
    if keys:
        write_keys(folder / "inventory")
    files = sorted(path for path in (folder / "AWSLogs").rglob("*.gz") if path.is_file())
    return check(files, read_keys(folder / "inventory"))


def rewrite(path: Path, old: bytes, new: bytes) -> None:
    content = gzip.decompress(path.read_bytes())
    assert old in content
    path.write_bytes(gzip.compress(content.replace(old, new)))


def test_a_sound_trail_has_no_trouble(tmp_path: Path) -> None:
    write_trail(tmp_path)
    found = checked(tmp_path)
    assert (found.digests, found.logs, found.signatures) == (3, 6, 2)
    assert found.problems == []
    assert found.notes == []


def test_a_file_compressed_anew_is_the_same_file(tmp_path: Path) -> None:
    write_trail(tmp_path)
    path = tmp_path / log_key(0, 0)
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), compresslevel=1))
    assert checked(tmp_path).problems == []


def test_a_trail_without_digests_is_not_checked(tmp_path: Path) -> None:
    write_trail(tmp_path)
    for hour in range(3):
        (tmp_path / digest_key(hour)).unlink()
    assert checked(tmp_path) == Checked()


def test_a_changed_log_file_is_named(tmp_path: Path) -> None:
    write_trail(tmp_path)
    rewrite(tmp_path / log_key(1, 1), b"Records", b"records")
    (problem,) = checked(tmp_path).problems
    assert problem.startswith("changed since CloudTrail delivered them: 1 (")
    assert log_key(1, 1) in problem


def test_a_missing_log_file_is_named(tmp_path: Path) -> None:
    write_trail(tmp_path)
    (tmp_path / log_key(1, 0)).unlink()
    (problem,) = checked(tmp_path).problems
    assert problem == f"listed by a digest and not at hand: 1 ({log_key(1, 0)})"


def test_a_log_file_that_somebody_put_in_between_is_named(tmp_path: Path) -> None:
    write_trail(tmp_path)
    forged = tmp_path / log_key(1, 0).replace("abcdefghijklmn", "zzzzzzzzzzzzzz")
    forged.write_bytes(gzip.compress(b'{"Records": []}'))
    (problem,) = checked(tmp_path).problems
    assert problem.startswith("listed by no digest of their hour: 1 (")


def test_a_digest_changed_to_fit_a_changed_log_breaks_the_chain(tmp_path: Path) -> None:
    write_trail(tmp_path)
    rewrite(tmp_path / digest_key(1), b"SHA256withRSA", b"SHA256WITHRSA")
    (problem,) = checked(tmp_path).problems
    assert problem.startswith("digest files changed since the next was made: 1 (")


def test_a_chain_forged_as_a_whole_has_wrong_signatures(tmp_path: Path) -> None:
    """Hashes can be made anew by anybody; the signature cannot."""
    write_trail(tmp_path)
    last = tmp_path / digest_key(2)
    signature = json.loads(gzip.decompress(last.read_bytes()))["previousDigestSignature"]
    rewrite(last, signature.encode(), (b"00" * 256))
    (problem,) = checked(tmp_path).problems
    assert problem.startswith("digest files whose signature is wrong: 1 (")
    assert digest_key(1) in problem


def test_without_public_keys_hashes_are_checked_and_that_is_said(tmp_path: Path) -> None:
    write_trail(tmp_path)
    found = checked(tmp_path, keys=False)
    assert found.signatures == 0
    assert found.problems == []
    assert found.notes == [
        "signatures of 2 digest files were not checked: put list-public-keys.json into the "
        "inventory folder"
    ]


def test_a_digest_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    write_trail(tmp_path)
    (tmp_path / digest_key(2)).write_bytes(b"\x1f\x8bnot gzip")
    (problem,) = checked(tmp_path).problems
    assert problem.endswith("is named like a digest file and cannot be read as one")


def test_a_broken_key_file_is_no_key(tmp_path: Path) -> None:
    for name, text in (("a", "{"), ("b", '{"PublicKeyList": [{"Value": "%%"}]}'), ("c", "[]")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "list-public-keys.json").write_text(text)
    assert read_keys(tmp_path) == {}
    assert read_keys(None) == {}
