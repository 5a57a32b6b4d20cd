"""Tests of `views.lanes`: what is home, what is not, and when."""

from truant.console.views.lanes import lanes_of
from truant.model.distinct import distinct
from truant.model.event_time import DAY, SLOT, iso
from truant.model.network import Origin, Via
from truant.model.sighting import Sighting

START = 20_000 * DAY
HOME, AWAY, OTHER = "10.0.0.1", "203.0.113.1", "198.51.100.9"


def seen(address: str, *slots: int, key: str = "K") -> Sighting:
    bits = sum(1 << slot for slot in slots)
    none: frozenset[str] = frozenset()
    return Sighting(
        key, Origin(Via.DIRECT, address), 20_000, START, START, bits, distinct([1]),
        none, none, none, none, none, None, (), (),
    )  # fmt: skip


def finding() -> dict[str, object]:
    call = {"time": iso(START + 36_100), "api": "s3:ListBuckets", "errorCode": "AccessDenied"}
    origin = {
        "address": AWAY,
        "accessKeyId": "K",
        "vpcEndpointId": None,
        "place": "outside AWS",
        "firstSeen": iso(START + 36_000),
        "lastSeen": iso(START + 36_300),
        "calls": [call],
    }
    info = {
        "origins": [origin],
        "home": {"seen": [f"{HOME}: its own address"]},
        "issuance": [{"accessKeyId": "K", "time": iso(START + 30_000), "expires": None}],
    }
    return {"service": {"additionalInfo": info}}


def test_home_is_what_the_finding_calls_home() -> None:
    sightings = [seen(HOME, 100, 101, 120), seen(AWAY, 120), seen(OTHER, 121)]
    found = lanes_of(finding(), sightings)
    assert found is not None
    home, away, other = found.lanes
    assert [(s.first - START, s.last - START) for s in home.stretches] == [
        (100 * SLOT, 102 * SLOT),
        (120 * SLOT, 121 * SLOT),
    ]
    assert (away.name, away.words) == (AWAY, "outside AWS")
    assert [(one.kind, one.words) for one in away.marks] == [
        ("failed", "s3:ListBuckets, AccessDenied")
    ]
    assert [s.first - START for s in other.stretches] == [121 * SLOT]
    assert [one.kind for one in found.keys] == ["issued"]
    assert found.first < START + 30_000 < found.last


def test_what_is_not_held_is_said() -> None:
    found = lanes_of(finding(), [])
    assert found is not None
    assert not found.home_held


def test_without_times_there_is_no_line() -> None:
    assert lanes_of({"service": {"additionalInfo": {"origins": [{}]}}}, []) is None
    assert lanes_of({}, []) is None
