"""AWS's published ranges: what the file means, hostile files, and the right snapshot for a time."""

import gzip
import json
import pickle
from ipaddress import ip_address, ip_network
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared_data import shared_data
from truant.model.aws_ranges import AwsRange, AwsRanges, RangesHistory, parse
from truant.model.bad_feed import BadFeed


def document(
    created: str = "2024-08-01-19-53-09", token: int = 1722541989, **more: object
) -> bytes:
    """A small ip-ranges.json with AWS's overlaps."""
    v4 = [
        ("3.5.0.0/16", "us-east-1", "AMAZON"),
        ("3.5.0.0/16", "us-east-1", "EC2"),
        ("3.5.140.0/22", "us-east-1", "S3"),
        ("3.5.128.0/17", "GLOBAL", "AMAZON"),
        ("52.94.0.0/16", "us-west-2", "AMAZON"),
    ]
    fields: dict[str, object] = {
        "syncToken": str(token),
        "createDate": created,
        "prefixes": [{"ip_prefix": p, "region": r, "service": s} for p, r, s in v4],
        "ipv6_prefixes": [
            {"ipv6_prefix": "2600:1f00::/24", "region": "us-east-1", "service": "EC2"}
        ],
    }
    return json.dumps(fields | more).encode()


def test_an_owner_has_the_longest_prefix_and_every_covering_service() -> None:
    ranges = parse(document(), "made")
    both = ("AMAZON", "EC2")
    assert ranges.owner("3.5.1.1") == AwsRange("3.5.0.0/16", "us-east-1", both)
    assert ranges.owner("3.5.200.1") == AwsRange("3.5.128.0/17", "GLOBAL", both)
    assert ranges.owner("3.5.141.1") == AwsRange("3.5.140.0/22", "us-east-1", (*both, "S3"))
    assert ranges.owner("2600:1f18::1") == AwsRange("2600:1f00::/24", "us-east-1", ("EC2",))
    assert [ranges.owner(text) for text in ("192.0.2.1", "", "s3.amazonaws.com")] == [None] * 3


def test_a_customers_instance_has_only_addresses_that_are_ec2s_alone() -> None:
    ranges = parse(document(), "made")
    answers = {a: ranges.owner(a) for a in ("3.5.1.1", "3.5.200.1", "3.5.141.1", "52.94.1.1")}
    assert {a: o is not None and o.is_customer_ec2 for a, o in answers.items()} == {
        "3.5.1.1": True,
        "3.5.200.1": True,
        "3.5.141.1": False,
        "52.94.1.1": False,
    }


def test_time_and_token_are_read_and_a_pickle_is_small_and_equal() -> None:
    ranges = parse(document(), "made")
    ranges.owner("3.5.1.1")
    assert (ranges.sync_token, ranges.created_at, ranges.source) == (
        "1722541989",
        1722541989,
        "made",
    )
    again = pickle.loads(pickle.dumps(ranges))  # noqa: S301 - our own bytes
    assert again == ranges
    assert again.owner("3.5.141.1") == ranges.owner("3.5.141.1")
    assert len(pickle.dumps(ranges)) < 2_000


def test_a_wrong_entry_is_refused_and_the_rest_is_used() -> None:
    wrong = [
        {"ip_prefix": "3.5.0.0/99", "region": "us-east-1", "service": "EC2"},
        {"ip_prefix": "3.6.0.0/16", "region": None, "service": "EC2", "new field": [1]},
    ]
    ranges = parse(document(prefixes=wrong), "made")
    assert [(r.position, r.text) for r in ranges.refused] == [(0, "3.5.0.0/99")]
    assert ranges.owner("3.6.0.1") == AwsRange("3.6.0.0/16", None, ("EC2",))


BAD = [
    (b"", ""),
    (document()[:100], ""),
    (b"\xff\xfe{}", ""),
    (b"<html>Sign in to the hotel's network</html>", ""),
    (b"[" * 1_000_000, ""),
    (b"null", ""),
    (document(prefixes=[{"ip_prefix": 3, "service": "EC2"}]), ""),
    (document(prefixes=[{"ip_prefix": "3.5.0.0/16"}]), ""),
    (document(prefixes=[], ipv6_prefixes=[]), "$.prefixes"),
    (document(created="yesterday"), "$.createDate"),
]


@pytest.mark.parametrize(("content", "position"), BAD)
def test_a_wrong_file_is_an_error_with_source_position_and_remedy(
    content: bytes, position: str
) -> None:
    with pytest.raises(BadFeed) as caught:
        parse(content, "ranges.json")
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert (error.source, error.position) == ("ranges.json", position)
    assert str(error).startswith("ranges.json")
    assert "Download" in str(error)


@given(st.binary(max_size=200))
def test_no_bytes_crash(content: bytes) -> None:
    with pytest.raises(BadFeed):
        parse(content, "noise")


def _snapshot(day: int) -> AwsRanges:
    return parse(document(created=f"2024-08-{day:02}-00-00-00", token=day), f"day {day}")


@given(st.permutations([_snapshot(day) for day in (3, 9, 9, 20)]), st.integers(0, 2**31))
def test_the_newest_snapshot_not_after_the_call_is_used(
    snapshots: list[AwsRanges], time: int
) -> None:
    history = RangesHistory(snapshots)
    chosen = history.at(time)
    assert chosen is not None
    earlier = [s for s in snapshots if s.created_at <= time]
    assert chosen.before_oldest == (not earlier)
    expected = max(earlier or snapshots[:0], key=lambda s: s.created_at, default=_snapshot(3))
    assert chosen.ranges == expected
    assert len(history) == 3


def test_the_edges_of_a_snapshots_time() -> None:
    third, ninth = _snapshot(3), _snapshot(9)
    history = RangesHistory([ninth, third])
    times = [third.created_at - 1, third.created_at, ninth.created_at - 1, ninth.created_at]
    answers = [history.at(time) for time in times]
    assert [a and (a.ranges.sync_token, a.before_oldest) for a in answers] == [
        ("3", True),
        ("3", False),
        ("3", False),
        ("9", False),
    ]


def test_no_snapshot_means_unknown_at_every_time() -> None:
    assert RangesHistory().at(0) is None
    assert len(RangesHistory()) == 0
    assert pickle.loads(pickle.dumps(RangesHistory([_snapshot(3)]))) == RangesHistory(  # noqa: S301
        [_snapshot(3)]
    )


@pytest.fixture(scope="module")
def snapshots() -> list[tuple[str, bytes]]:
    files = sorted(shared_data("ip-ranges").glob("*.json.gz"))
    return [(file.name, gzip.decompress(file.read_bytes())) for file in files]


def test_every_published_form_since_2018_is_read(snapshots: list[tuple[str, bytes]]) -> None:
    for name, content in snapshots:
        ranges = parse(content, name)
        assert ranges.refused == ()
        assert str(ranges.created_at) == ranges.sync_token
        assert ranges.prefix_count > 900


def test_the_newest_file_answers_as_ipaddress_does(snapshots: list[tuple[str, bytes]]) -> None:
    name, content = snapshots[-1]
    ranges, fields, random = parse(content, name), json.loads(content), Random(1)
    entries = [
        (ip_network(e.get("ip_prefix") or e.get("ipv6_prefix")), e["service"])
        for e in fields["prefixes"] + fields["ipv6_prefixes"]
    ]
    inside = [network[random.randrange(network.num_addresses)] for network, _ in entries]
    outside = [ip_address(random.getrandbits(32)) for _ in range(20)]
    for address in [*random.sample(inside, 60), *outside]:
        holding = [(n, s) for n, s in entries if n.version == address.version and address in n]
        found = ranges.owner(str(address))
        if found is None:
            assert not holding
            continue
        assert ip_network(found.prefix) == max((n for n, _ in holding), key=lambda n: n.prefixlen)
        assert found.services == tuple(sorted({s for _, s in holding}))


def test_an_address_changes_hands_between_snapshots(snapshots: list[tuple[str, bytes]]) -> None:
    history = RangesHistory(parse(content, name) for name, content in snapshots)
    services = []
    for snapshot in history.snapshots:
        chosen = history.at(snapshot.created_at)
        assert chosen is not None
        owner = chosen.ranges.owner("3.2.34.1")
        services.append(owner and owner.services)
    # This address of Cape Town's was published only for a while, around May 2023.
    assert [name is not None for name in services] == [False, False, False, True, False, False]
