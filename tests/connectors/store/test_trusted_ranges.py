"""Tests of `trusted_ranges`: what people trust counts in judging, until it is taken back."""

from tests.worlds import NOW, filled, judge_of, prepare, take_in, world
from truant.connectors.store import findings, trusted_ranges
from truant.connectors.store.database import Store
from truant.connectors.store.findings import Because
from truant.connectors.store.trusted_ranges import Refusal
from truant.detection.trust import Rule


def test_a_trusted_range_silences_and_its_removal_tells_again(lite: Store) -> None:
    made = world("demo", seed=7)
    filled(lite, made)
    judge = judge_of(lite, made)
    told = next(one for one in made.findings if str(one["type"]).endswith("OutsideAWS"))
    rule = Rule(reason="the laptop of our own", cidr="109.40.218.106/32")
    with lite.write() as conn:
        trusted_ranges.add(conn, rule, NOW, "ann")
    judge.drain(NOW)
    with lite.write() as conn:
        row = findings.by_ids(conn, findings.EVERYTHING, [str(told["id"])])[0]
        assert row.archived_because is Because.WITHDRAWN
        [trusted] = trusted_ranges.every(conn)
        assert trusted.rule == rule
        assert trusted_ranges.remove(conn, trusted.id)
    judge.drain(NOW)
    with lite.read() as conn:
        assert not findings.by_ids(conn, findings.EVERYTHING, [str(told["id"])])[0].archived


def test_an_expired_range_trusts_nothing(lite: Store) -> None:
    made = world("demo", seed=7)
    prepare(lite, made)
    with lite.write() as conn:
        rule = Rule(reason="over", cidr="109.40.218.106/32", expires=1_700_000_000)
        trusted_ranges.add(conn, rule, NOW, "ann")
    take_in(lite, made.parts)
    judge_of(lite, made).drain(NOW)
    with lite.read() as conn:
        rows = list(findings.listing(conn, findings.EVERYTHING))
    assert len(rows) == 3


def test_refusals_are_kept_and_taken_back(store: Store) -> None:
    refused = Refusal("subnet-1", "192.0.2.1/32", "nobody knows it", NOW, "ann")
    with store.write() as conn:
        trusted_ranges.refuse(conn, refused)
        assert trusted_ranges.refusals(conn) == {("subnet-1", "192.0.2.1/32"): refused}
        trusted_ranges.reconsider(conn, "subnet-1", "192.0.2.1/32")
        assert trusted_ranges.refusals(conn) == {}
