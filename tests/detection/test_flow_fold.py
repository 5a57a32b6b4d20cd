"""Folding flow logs: what is kept, as what, and that order and cut change nothing."""

import pickle
import random

import pytest

from truant.detection import flow_fold
from truant.detection.flow_fold import (
    FOLDED,
    FOLDED_SKIPPED,
    IGNORED_OTHER,
    IGNORED_TIME,
    Hearings,
    Listener,
    Scope,
    merge_hearings,
)
from truant.model.aws_ranges import RangesHistory, parse
from truant.model.flow_lines import FlowLines, layout
from truant.model.hearing import MINUTES_A_DAY, Hearing

DAY = 20_000
MIDNIGHT = DAY * 86_400
HEADER = (
    b"interface-id instance-id dstaddr dstport start end action log-status pkt-dst-aws-service "
    b"flow-direction"
)
RANGES = RangesHistory(
    [
        parse(
            b'{"syncToken": "1", "createDate": "2020-01-01-00-00-00", "prefixes":'
            b'[{"ip_prefix": "54.10.0.0/16", "service": "AMAZON", "region": "eu-west-1"}]}',
            "ip-ranges.json",
        )
    ]
)
SCOPE = Scope(
    instances=frozenset({"i-1"}),
    interfaces=frozenset({"eni-1"}),
    own={"eni-1": frozenset({"10.0.0.5", "2a05:d018::5"})},
    endpoints=frozenset({"10.0.0.99"}),
    blocks=("11.0.0.0/16",),
    first_day=DAY - 1,
    last_day=DAY + 1,
)


def line(
    minute: int = 600,
    to: str = "54.10.0.1",
    port: int = 443,
    *,
    eni: str = "eni-1",
    instance: str = "i-1",
    minutes: int = 0,
    action: str = "ACCEPT",
    status: str = "OK",
    service: str = "-",
    direction: str = "egress",
    day: int = DAY,
) -> str:
    start = day * 86_400 + minute * 60
    return (
        f"{eni} {instance} {to} {port} {start} {start + minutes * 60} {action} {status} "
        f"{service} {direction}"
    )


def listener(lines: list[str], ranges: RangesHistory = RANGES, scope: Scope = SCOPE) -> Listener:
    found = Listener(scope, ranges)
    form, _ = layout(HEADER)
    tally = FlowLines(form, begun=True).take("".join(f"{one}\n" for one in lines).encode())
    assert not tally.refused
    found.take(tally)
    return found


def heard(*lines: str, ranges: RangesHistory = RANGES) -> Hearing:
    (hearing,) = listener(list(lines), ranges).hearings().values()
    return hearing


@pytest.mark.parametrize(
    ("to", "port", "service", "kind"),
    [
        ("54.10.0.1", 443, "-", "aws"),
        ("54.10.0.1", 80, "-", "aws"),
        ("54.10.0.1", 8080, "-", None),
        ("198.51.100.7", 443, "S3", "aws"),
        ("198.51.100.7", 443, "-", None),
        ("64:ff9b::360a:1", 443, "-", "aws"),
        ("64:ff9b::c633:6407", 443, "-", None),
        ("::ffff:54.10.0.1", 443, "-", "aws"),
        ("10.0.0.99", 443, "-", "aws"),
        ("10.0.0.99", 3128, "-", "maybe"),
        ("10.0.7.7", 443, "-", "maybe"),
        ("10.0.7.7", 3128, "-", "maybe"),
        ("100.64.0.9", 443, "-", "maybe"),
        ("fd00::9", 443, "-", "maybe"),
        ("11.0.0.9", 443, "-", "maybe"),
        ("11.0.0.9", 8080, "-", "maybe"),
        ("-", 443, "-", "maybe"),
        ("not-an-address", 443, "-", "maybe"),
        ("10.0.0.5", 443, "-", None),  # the interface's own: what comes in
        ("2a05:d018::5", 443, "-", None),
        ("10.0.7.7", 5432, "-", None),
    ],
)
def test_where_a_flow_leads(to: str, port: int, service: str, kind: str | None) -> None:
    found = heard(line(to=to, port=port, service=service, direction="-"))
    bit = 1 << 600
    assert (found.aws, found.maybe) == (bit * (kind == "aws"), bit * (kind == "maybe"))
    assert (found.covered, found.accepted) == (bit, bit)


def test_without_ranges_a_public_address_may_be_anybodys() -> None:
    found = heard(line(to="198.51.100.7"), ranges=RangesHistory())
    assert (found.aws, found.maybe) == (0, 1 << 600)


def test_what_is_refused_or_comes_in_covers_and_says_no_more() -> None:
    for how in (line(action="REJECT"), line(direction="ingress")):
        found = heard(how)
        assert found.covered == 1 << 600
        assert (found.accepted, found.aws, found.maybe) == (0, 0, 0)


def test_no_data_covers_and_skipped_data_does_not() -> None:
    covered = heard(line(to="-", action="-", status="NODATA"))
    assert (covered.covered, covered.skipped, covered.accepted) == (1 << 600, 0, 0)
    skipped = heard(line(to="-", action="-", status="SKIPDATA", minutes=2))
    assert (skipped.covered, skipped.skipped) == (0, 7 << 600)


def test_where_the_format_has_no_status_silence_may_be_a_loss() -> None:
    form, _ = layout(b"interface-id dstaddr dstport start end action")
    found = Listener(SCOPE, RANGES)
    start = MIDNIGHT + 36_000
    found.take(FlowLines(form, begun=True).take(f"eni-1 - - {start} {start} -".encode()))
    (hearing,) = found.hearings().values()
    assert (hearing.covered, hearing.skipped) == (0, 1 << 600)


def test_records_that_span_minutes_are_coarse() -> None:
    assert not heard(line(minutes=1)).coarse
    assert heard(line(minutes=9)).coarse
    assert heard(line(minutes=9)).aws == ((1 << 10) - 1) << 600


def test_over_midnight() -> None:
    found = listener([line(1439, minutes=2)]).hearings()
    assert found["eni-1", DAY].aws == 1 << 1439
    assert found["eni-1", DAY + 1].aws == 3


def test_only_what_is_of_interest() -> None:
    found = listener(
        [
            line(),
            line(eni="eni-2", instance="i-1"),  # which no inventory knows
            line(eni="eni-1", instance="i-9"),
            line(eni="eni-3", instance="i-9"),
            line(day=DAY + 5),
            line(status="SKIPDATA"),
        ]
    )
    assert found.seen == {FOLDED: 3, IGNORED_OTHER: 1, IGNORED_TIME: 1, FOLDED_SKIPPED: 1}
    hearings = found.hearings()
    assert set(hearings) == {("eni-1", DAY), ("eni-2", DAY)}
    assert hearings["eni-1", DAY].instances == {"i-1"}
    assert hearings["eni-2", DAY].instances == {"i-1"}


def test_order_repetition_and_cut_change_nothing() -> None:
    rng = random.Random(4)
    lines = [
        line(
            rng.randrange(MINUTES_A_DAY),
            rng.choice(["54.10.0.1", "10.0.7.7", "198.51.100.7", "-"]),
            rng.choice([443, 3128, 22]),
            eni=rng.choice(["eni-1", "eni-2"]),
            minutes=rng.choice([0, 1, 9]),
            action=rng.choice(["ACCEPT", "REJECT", "-"]),
            status=rng.choice(["OK", "NODATA", "SKIPDATA"]),
            direction=rng.choice(["egress", "ingress"]),
            day=DAY + rng.choice([0, 1]),
        )
        for _ in range(300)
    ]
    whole = listener(lines).hearings()
    for _ in range(5):
        shuffled = lines + rng.sample(lines, 50)
        rng.shuffle(shuffled)
        cut = rng.randrange(len(shuffled))
        parts: Hearings = {}
        for part in (shuffled[:cut], shuffled[cut:]):
            merge_hearings(parts, listener(part).hearings().values())
        assert parts == whole


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line(to=f"54.10.{number}.1") for number in range(50)]
    whole = listener(lines).hearings()
    monkeypatch.setattr(flow_fold, "ANSWERS_KEPT", 7)
    monkeypatch.setattr(flow_fold, "SPANS_KEPT", 1)
    small = listener(lines)
    assert len(small._kinds) <= 7
    assert not small._spans
    assert small.hearings() == whole


def test_hearings_travel_between_processes() -> None:
    hearing = heard(line())
    assert pickle.loads(pickle.dumps(hearing)) == hearing  # noqa: S301 our own
