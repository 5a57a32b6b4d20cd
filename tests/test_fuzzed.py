"""A short run of `fuzzing` over every operation, and what no document describes.

The long run: `python -m tests.fuzzing --seconds 1800`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api_server import serving
from tests.databases import sqlite_store
from tests.fuzzing import NAMES, Asked, Fuzzer, filled, fuzz, fuzzers, judge


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Fuzzer, str]]:
    folder = tmp_path_factory.mktemp("fuzzed")
    store = sqlite_store(folder)
    with serving(store, Path(folder)) as served:
        detector = filled(served)
        fuzzer = fuzzers(served)
        yield fuzzer, detector
        fuzzer.client.close()
    store.close()


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_answers_whatever_it_is_asked(
    fuzzed: tuple[Fuzzer, str], name: str
) -> None:
    fuzzer, detector = fuzzed
    fuzz(fuzzer, name, detector, 2, 1)


FINDINGS = "/detector/{}/findings"
# What a body may be that no schema allows for.
BODIES = (
    b"{" * 100_000,
    b"[" * 900_000,
    b'{"findingCriteria":{"criterion":{"' + b"a." * 100_000 + b'a":{"equals":["x"]}}}}',
    b'{"findingCriteria":{"criterion":{"type":{"matches":["' + b"*a" * 50_000 + b'"]}}}}',
    b'{"findingCriteria":{"criterion":{"type":{"equals":[' + b'"x",' * 100_000 + b'"x"]}}}}',
    b'{"sortCriteria":{"attributeName":"' + b"a." * 200_000 + b'"}}',
    b'{"findingCriteria":{"criterion":{"severity":{"gte":' + b"9" * 100_000 + b"}}}}",
    b'{"maxResults":1e400}',
    b'{"maxResults":NaN}',
    b'{"nextToken":"' + b"A" * 900_000 + b'"}',
    b"\xff\xfe\x00",
    b'{"a":"\\ud800"}',
    b'{"findingCriteria":{"criterion":{"\\u0000":{"equals":["\\u0000"]}}}}',
    b"null",
    b'"x"',
    b"",
)


@pytest.mark.parametrize("body", BODIES)
def test_no_body_is_too_odd(fuzzed: tuple[Fuzzer, str], body: bytes) -> None:
    fuzzer, detector = fuzzed
    fuzzer.check("ListFindings", Asked("POST", FINDINGS.format(detector), body=body))


PIECES = (
    "%00",
    "%2F",
    "..",
    "%2e%2e",
    "//",
    "%ff",
    "%F0%9F%98%80",
    "a" * 3_000,
    ";",
    "%0d%0a",
    "'",
)


@settings(max_examples=30)
@given(
    st.sampled_from(("GET", "POST", "DELETE", "PUT", "PATCH")),
    st.lists(st.sampled_from((*PIECES, "detector", "tags", "findings", "filter")), max_size=5),
    st.sampled_from(("", "a=b", "%00=%ff", "=", "&&&", "maxResults=-1", "x=" + "y" * 2_000)),
)
def test_no_path_is_too_odd(
    fuzzed: tuple[Fuzzer, str], method: str, pieces: list[str], query: str
) -> None:
    fuzzed[0].check("paths", Asked(method, "/" + "/".join(pieces), query))


@settings(max_examples=30)
@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
)
def test_no_signature_is_too_odd(fuzzed: tuple[Fuzzer, str], text: str, date: str) -> None:
    fuzzer, _ = fuzzed
    for start in ("", "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 Credential=AKIA/2026/r/guardduty/"):
        headers = {"authorization": (start + text).strip(), "x-amz-date": date.strip()}
        answer = fuzzer.client.get(f"{fuzzer.served.url}/detector", headers=headers)
        judge(answer, 0.0)
        assert answer.status_code in (400, 403)
