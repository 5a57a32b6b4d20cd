"""Tests of `criteria`: what the API's tests do not reach, and laws."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.detection.criteria import BadCriteria, criteria, meets, sort_value, values_at

FINDING: dict[str, object] = {
    "severity": 8.5,
    "updatedAt": "2026-01-01T00:00:00.123Z",
    "title": "Credentials of web-1",
    "archived": True,
    "nothing": None,
    "lists": [[1, 2], [{"x": "deep"}, {"x": ["deeper", None]}]],
    "where": {"ipAddressV4": "203.0.113.9", "ipAddressV6": "2001:db8::9"},
}


def met(**tests: object) -> bool:
    return meets(FINDING, criteria({name.replace("__", "."): test for name, test in tests.items()}))


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        ({"severity": {"equals": ["8"]}}, True),
        ({"severity": {"equals": ["9"]}}, False),
        ({"severity": {"equals": ["8.5"]}}, True),
        ({"severity": {"equals": ["8.0"]}}, False),
        ({"severity": {"equals": ["high"]}}, False),
        ({"severity": {"gt": 8}}, True),
        ({"severity": {"gte": 9}}, False),
        ({"updatedAt": {"equals": ["1767225600123"]}}, True),
        ({"updatedAt": {"equals": ["2026-01-01T00:00:00.123Z"]}}, True),
        ({"updatedAt": {"gt": 1767225600122, "lt": 1767225600124}}, True),
        ({"updatedAt": {"lt": 1767225600}}, False),
        ({"archived": {"equals": ["true"]}}, True),
        ({"archived": {"equals": ["True"]}}, False),
        ({"archived": {"gt": 0}}, False),
        ({"nothing": {"equals": ["None"]}}, False),
        ({"nothing": {"notEquals": ["x"]}}, True),
        ({"where__ipAddressV4": {"equals": ["203.0.113.0/24"]}}, True),
        ({"where__ipAddressV4": {"notEquals": ["203.0.113.0/24"]}}, False),
        ({"where__ipAddressV4": {"equals": ["203.0.113.0/240"]}}, False),
        ({"where__ipAddressV6": {"equals": ["2001:db8::/32"]}}, True),
        ({"where__ipAddressV6": {"equals": ["0.0.0.0/0"]}}, False),
        ({"lists": {"equals": ["2"]}}, True),
        ({"lists__x": {"equals": ["deeper"]}}, True),
        ({"lists__x": {"notEquals": ["deep"]}}, False),
        ({"title": {"matches": ["*web-?"]}}, True),
        ({"title": {"notMatches": ["*web-?", "x"]}}, False),
        ({"title": {"matches": ["web*"]}}, False),
        ({"title": {"equals": ["a", "Credentials of web-1"]}, "severity": {"lt": 9}}, True),
        ({"title": {"gt": 0}}, False),
    ],
)
def test_conditions(test: dict[str, Any], holds: bool) -> None:
    assert met(**test) is holds


@pytest.mark.parametrize(
    "wire",
    [
        {"a": []},
        {"a": {"equals": "text"}},
        {"a": {"equals": [1]}},
        {"a": {"gt": "1"}},
        {"a": {"gt": True}},
        {"a": {"like": ["x"]}},
        {"": {"gt": 1}},
        {"a": {"equals": ["x" * 2_049]}},
    ],
)
def test_what_is_no_condition_is_refused(wire: dict[str, object]) -> None:
    with pytest.raises(BadCriteria):
        criteria(wire)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=12,
)
PATHS = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(".".join)
TEXTS = st.lists(st.text(max_size=5) | st.integers().map(str), max_size=3)


@given(JSON, PATHS, TEXTS)
def test_a_negation_is_the_opposite(document: object, path: str, values: list[str]) -> None:
    finding = document if isinstance(document, dict) else {"a": document}
    for one, other in (("equals", "notEquals"), ("matches", "notMatches")):
        yes = meets(finding, criteria({path: {one: values}}))
        assert yes is not meets(finding, criteria({path: {other: values}}))


@given(JSON, PATHS)
def test_every_value_has_a_place_in_the_order(document: object, path: str) -> None:
    finding = {"a": document}
    key = sort_value(finding, path)
    assert (key[0] == 2) is not any(True for _ in values_at(finding, path))
    assert sorted([key, (1, 0.0, "m"), (0, 5.0, ""), (2, 0.0, "")])
