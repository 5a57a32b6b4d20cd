"""Tests of `wildcard`: the same as the regular expression it stands for, and never slow."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.detection.wildcard import matches_wildcard

PATTERNS = st.text("ab*?.é", max_size=10)


@given(PATTERNS, st.text("ab.é", max_size=10))
def test_it_means_what_its_regular_expression_means(pattern: str, text: str) -> None:
    signs = {"*": ".*", "?": ".?"}
    expression = "".join(signs.get(sign, re.escape(sign)) for sign in pattern)
    assert matches_wildcard(pattern, text) is (re.fullmatch(expression, text) is not None)


@pytest.mark.parametrize(
    ("pattern", "text", "met"),
    [
        ("*", "", True),
        ("?", "", True),
        ("", "", True),
        ("", "a", False),
        ("web-*", "web-1", True),
        ("web-?", "web-12", False),
        ("web-?", "web-", True),
        ("*.internal", "a.b.internal", True),
        ("*a*", "A", False),
    ],
)
def test_examples(pattern: str, text: str, met: bool) -> None:
    assert matches_wildcard(pattern, text) is met


def test_no_pattern_takes_long() -> None:
    start = time.process_time()
    for pattern in ("a*" * 256 + "b", "*a" * 256, "?" * 511 + "b", "?a" * 256):
        matches_wildcard(pattern, "a" * 100_000)
    assert time.process_time() - start < 5
