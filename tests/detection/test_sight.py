"""What is told of calls from one origin, and that nothing but the calls decides it."""

import random

import pytest

from tests.detection.records import DAY, HOME, KEY, OUTSIDE, Json, at, call, folded, state_of, who
from truant.detection.sight import origin_of
from truant.model.network import Origin, Via
from truant.model.sighting import Sighting


def seen(*records: Json) -> list[Sighting]:
    return [s for session in folded(records).sessions.values() for s in session.sightings]


def sighting(*records: Json) -> Sighting:
    (one,) = seen(*records)
    return one


def test_a_day_from_one_origin_is_one_sighting() -> None:
    one = sighting(call(minute=3), call(minute=61, api="ec2:DescribeInstances", errorCode="Denied"))
    assert (one.key, one.origin, one.day) == (KEY, Origin(Via.DIRECT, HOME), DAY // 86400)
    assert (one.first, one.last) == (DAY + 180, DAY + 3660)
    assert one.slots == 1 << 0 | 1 << 12
    assert one.apis == {"s3:ListBuckets", "ec2:DescribeInstances"}
    assert one.errors == {"Denied"}
    assert one.deliveries == {"2.0"}


def test_another_day_address_endpoint_or_key_is_another_sighting() -> None:
    through = call(minute=1) | {"vpcEndpointId": "vpce-1"}
    other = call(minute=1, identity=who("ASIAOTHER"))
    assert len(seen(call(), call(minute=1440), call(OUTSIDE), through, other)) == 5


def test_times_written_in_other_forms_are_in_order_too() -> None:
    """`2026-03-15 01:30:00` sorts before `2026-03-15T00:10:00`, and is later."""
    records = [call(minute=minute, eventID=f"{minute}") for minute in range(10, 90, 10)]
    records.append(call(minute=90, eventID="90") | {"eventTime": at(90).replace("T", " ")})
    one = sighting(*records)
    assert (one.first, one.last) == (DAY + 600, DAY + 5400)
    assert [note.event_id for note in one.earliest] == ["10", "20", "30", "40"]
    assert [note.event_id for note in one.latest] == ["80", "90"]


def test_logstashs_time_stands_in() -> None:
    record = call(minute=5)
    record["@timestamp"] = record.pop("eventTime").replace("Z", ".000Z")
    assert sighting(record).first == DAY + 300


def test_a_repeated_record_takes_no_others_place() -> None:
    """A file may hold a record twice: the first four calls are still the first four."""
    records = [call(minute=minute) for minute in range(9)]
    assert sighting(*records, *records) == sighting(*records)
    assert len(sighting(*records).earliest) == 4


def test_all_calls_of_the_last_second_named_are_looked_at() -> None:
    """So that a cut into files does not choose among them."""
    records = [call(minute=0, eventID=f"id{n:02}") for n in range(40)]
    random.Random(1).shuffle(records)
    whole = state_of(records).sessions
    assert whole == state_of(*([one] for one in records)).sessions
    (one,) = next(iter(whole.values())).sightings
    assert [note.event_id for note in one.earliest] == ["id00", "id01", "id02", "id03"]


def test_a_call_recorded_in_two_accounts_counts_once() -> None:
    record = call(sharedEventID="shared")
    copy = record | {"eventID": "another", "recipientAccountId": "222233334444"}
    assert len(sighting(record, copy).calls.packed) == 8


def test_a_call_without_an_id_is_known_by_what_it_says() -> None:
    record = {name: value for name, value in call().items() if name != "eventID"}
    assert sighting(record, record).earliest[0].event_id == f"{at(0)} s3.amazonaws.com ListBuckets"


@pytest.mark.parametrize(
    ("text", "endpoint", "owner", "origin"),
    [
        (HOME, None, None, Origin(Via.DIRECT, HOME)),
        ("::ffff:54.10.1.7", None, None, Origin(Via.DIRECT, HOME)),
        (HOME, "vpce-1", None, Origin(Via.DIRECT, HOME, "vpce-1")),
        (HOME, "vpce-1", "9" * 12, Origin(Via.DIRECT, HOME, "vpce-1", "9" * 12)),
        (HOME, "9" * 12, "vpce-1", Origin(Via.DIRECT, HOME, "vpce-1", "9" * 12)),
        (HOME, "AWS Internal", None, Origin(Via.SERVICE, HOME)),
        (
            HOME,
            "vpce-1",
            "thinclient.amazonaws.com",
            Origin(Via.SERVICE, "thinclient.amazonaws.com"),
        ),
    ],
)
def test_origins_as_records_write_them(
    text: str, endpoint: str | None, owner: str | None, origin: Origin
) -> None:
    assert origin_of(Via.DIRECT, (text, endpoint, owner)) == origin


@pytest.mark.parametrize("source", ["AWS Internal", "ec2.amazonaws.com", "AWS Internal/3", ""])
def test_services_are_no_address(source: str) -> None:
    assert sighting(call(source)).origin.via is Via.SERVICE


def test_what_a_service_does_on_the_sessions_behalf_is_the_services() -> None:
    assert sighting(call(identity=who(invokedBy="athena.amazonaws.com"))).origin.via is Via.SERVICE


def test_presigned_calls_are_told_apart_from_signed_ones() -> None:
    presigned = call(additionalEventData={"AuthenticationMethod": "QueryString"})
    signed = call(minute=1, additionalEventData={"AuthenticationMethod": "AuthHeader"})
    named = call(minute=2, additionalEventData={"note": '"AuthenticationMethod":"QueryString"'})
    assert sorted(s.origin.via for s in seen(presigned, signed, named)) == ["direct", "presigned"]


def test_texts_of_any_length_are_cut() -> None:
    long = "x" * 1_000_000
    record = call(userAgent=long, errorCode=long, eventID=long, awsRegion=long)
    record |= {"eventSource": long, "eventName": long, "vpcEndpointId": f"vpce-{long}"}
    record["userIdentity"] = who(long)
    assert len(repr(sighting(record))) < 5000
