"""Looking into EC2's requests and answers: each of the forms that CloudTrail gives a list."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.detection.ec2_change import Change, addresses_in, every, first, parts
from truant.detection.timeline import timeline
from truant.model.fact import Mode

CHANGE = Change({}, {}, 1000, "111111111111", "eu-west-1", "event-1")


@pytest.mark.parametrize(
    "value",
    [
        {"subnetId": ["a", "b"]},
        {"subnetId": [{"tag": 1, "content": "a"}, {"tag": 2, "content": "b"}]},
        {"X": {"SubnetId": [{"tag": 1, "content": "a"}, {"tag": 2, "content": "b"}]}},
        {"subnetId": {"item": ["a", "b"]}},
        {"subnetId": {"items": [{"value": "a"}, {"value": "b"}]}},
        {"set": {"items": [{"subnetId": "a"}, {"subnetId": "b"}, {"subnetId": "a"}]}},
        {"set": {"item": [{"subnetId": "a", "more": {"subnetId": "b"}}]}},
    ],
)
def test_a_list_in_each_of_its_forms(value: object) -> None:
    assert every(value, "subnetId") == ("a", "b")
    assert first(value, "subnetId") == "a"


@pytest.mark.parametrize("value", [{"subnetId": "a"}, {"SubnetId": {"content": "a", "tag": 1}}])
def test_a_list_of_one(value: object) -> None:
    assert every(value, "subnetId") == ("a",)


@pytest.mark.parametrize("value", [None, "", {}, {"subnetId": None}, {"subnetId": ""}, {"x": 1}])
def test_what_is_not_there(value: object) -> None:
    assert every(value, "subnetId") == ()
    assert first(value, "subnetId") is None
    assert list(parts(value, "subnetId")) == []


def test_an_object_counts_only_where_the_member_is_a_text() -> None:
    """A list of ids (RunInstances by count) is no instance."""
    value = {"items": [{"instanceId": "i-1"}, {"instanceId": {"items": ["i-2"]}}]}
    assert list(parts(value, "instanceId")) == [{"instanceId": "i-1"}]


def test_addresses_and_prefixes_wherever_they_stand() -> None:
    value = {
        "networkInterfaceId": "eni-1",
        "assignedIpv6Addresses": {"item": ["2A05:D018::1", "2a05:d018::2"]},
        "privateIpAddressesSet": {"items": [{"privateIpAddress": "10.0.0.5"}]},
        "ipv4PrefixSet": [{"content": "10.0.0.16/28"}],
        "macAddress": "02:fc:9a:8a:db:c3",
        "xmlns": "http://ec2.amazonaws.com/doc/2016-11-15/",
        "ipv6AddressCount": 2,
    }
    addresses, prefixes = addresses_in(value)
    assert sorted(addresses) == ["10.0.0.5", "2a05:d018::1", "2a05:d018::2"]
    assert prefixes == ["10.0.0.16/28"]


def test_what_is_born_was_not_there_before_and_is_told_whole() -> None:
    born = timeline("address", CHANGE.born("eni-1", "address", "10.0.0.5"))
    assert born.whole
    assert [one.value for one in born.at(1000)] == ["10.0.0.5"]
    assert not born.at(999)


def test_what_is_replaced_was_something_unknown() -> None:
    told = timeline("target", CHANGE.replaces("rtb-1 0.0.0.0/0", "target", "nat-2"))
    assert (told.known_at(999), told.known_at(1000)) == (False, True)


def test_what_an_account_deletes_was_its_own() -> None:
    ended, owner = CHANGE.gone("vpce-1")
    assert (ended.attribute, ended.time) == ("ended", 1000)
    assert [one.value for one in timeline("account", [owner]).at(999)] == ["111111111111"]


def test_nothing_is_said_of_what_has_no_name() -> None:
    for made in (CHANGE.begins, CHANGE.born, CHANGE.ends, CHANGE.replaces):
        assert list(made("", "address", "10.0.0.5")) == []
    assert list(CHANGE.begins("eni-1", "address", None, "")) == []
    assert CHANGE.fact("eni-1", "x", "b", "a", "b", None, mode=Mode.IS).values == ("a", "b")


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("10.0.0.5"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["subnetId", "SubnetId", "item", "items", "content", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(trees)
def test_no_shape_raises_and_what_is_found_is_there(value: object) -> None:
    text = json.dumps(value)
    for found in (*every(value, "subnetId"), *addresses_in(value)[0]):
        assert json.dumps(found)[1:-1] in text
