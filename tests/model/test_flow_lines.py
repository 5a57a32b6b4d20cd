"""Flow logs as text: every form that AWS writes, and everything that is none."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared_data import shared_data
from truant.model.flow_lines import (
    DEFAULTS,
    V2,
    V3,
    V4,
    V5,
    FlowLines,
    NotFlowLog,
    layout,
)
from truant.model.flow_tally import Talk, Tally

START = 1_764_000_000  # a whole minute
MINUTE = START // 60
V2_LINE = (
    f"2 123456789010 eni-1235b8ca123456789 10.0.1.10 54.10.0.1 40000 443 6 20 4249 {START} "
    f"{START + 59} ACCEPT OK"
)
CUSTOM = "pkt-dst-aws-service end start dstport interface-id dstaddr action flow-direction"
# Fields of versions 7 to 11, as the documents name them.
LATER = (
    "ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id "
    "ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn "
    "ecs-task-arn ecs-task-id reject-reason resource-id encryption-status instance-tag "
    "interface-tag asg-tag interface-type next-hop-interface-id next-hop-subnet-id "
    "next-hop-az-id next-hop-vpc-id next-hop-interface-type"
)


def tally(text: str) -> Tally:
    """A whole log, its first line seen first as the reader does."""
    first, _, rest = text.encode().partition(b"\n")
    form, is_header = layout(first)
    return FlowLines(form, begun=is_header).take(rest if is_header else text.encode())


def talk(**changed: object) -> Talk:
    known = {
        "interface": b"eni-1235b8ca123456789",
        "instance": None,
        "first": MINUTE,
        "last": MINUTE,
        "to": b"54.10.0.1",
        "service": None,
        "port": b"443",
    } | changed
    return tuple(known.values())  # type: ignore[return-value]


@pytest.mark.parametrize("header", [f"{' '.join(V2)}\n", ""])
def test_version_2_with_and_without_its_header(header: str) -> None:
    found = tally(f"{header}{V2_LINE}\n")
    record = (b"eni-1235b8ca123456789", None, MINUTE, MINUTE, b"ACCEPT", b"OK", None)
    assert found.records == Counter({record: 1})
    assert found.talks == {talk()}
    assert found.refused == []


@pytest.mark.parametrize("fields", list(DEFAULTS.values()), ids=len)
def test_default_orders_without_header(fields: tuple[str, ...]) -> None:
    line = " ".join([V2_LINE, *(["-"] * (len(fields) - len(V2)))])
    assert len(tally(f"{line}\n").records) == 1


def test_lines_of_cloudwatch_logs_begin_with_a_time() -> None:
    found = tally(f"2025-11-24T16:00:00.000Z {V2_LINE}\n2025-11-24T16:00:01Z {V2_LINE}\n")
    assert sum(found.records.values()) == 2
    assert found.talks == {talk()}


def test_fields_in_any_order_and_names_as_parquet_has_them() -> None:
    for names in (CUSTOM, CUSTOM.replace("-", "_"), CUSTOM.upper()):
        found = tally(f"{names}\nS3 {START + 70} {START} 443 eni-1 52.1.1.1 ACCEPT egress\n")
        assert found.talks == {
            talk(interface=b"eni-1", last=MINUTE + 1, to=b"52.1.1.1", service=b"S3")
        }


def test_fields_of_every_version_are_passed_over() -> None:
    names = f"{' '.join(V2 + V3 + V4 + V5)} {LATER}"
    line = " ".join([V2_LINE, *(["-"] * (len(names.split()) - len(V2)))])
    found = tally(f"{names}\n{line}\n")
    assert found.talks == {talk(instance=b"-", to=b"-", service=b"-")}
    assert (found.refused, sum(found.records.values())) == ([], 1)


def test_the_packets_destination_comes_before_the_next_hops() -> None:
    names = "interface-id dstaddr pkt-dstaddr start end action dstport"
    found = tally(f"{names}\neni-1 10.0.0.9 52.1.1.1 {START} {START} ACCEPT 443\n")
    assert {one[4] for one in found.talks} == {b"52.1.1.1"}


@pytest.mark.parametrize(
    ("port", "protocol", "action", "direction", "is_talk"),
    [
        ("443", "6", "ACCEPT", "egress", True),
        ("80", "6", "ACCEPT", "-", True),
        ("3128", "6", "ACCEPT", "egress", True),
        ("443", "17", "ACCEPT", "egress", False),
        ("443", "6", "REJECT", "egress", False),
        ("443", "6", "ACCEPT", "ingress", False),
        ("5432", "6", "ACCEPT", "egress", False),
    ],
)
def test_what_may_be_a_call(
    port: str, protocol: str, action: str, direction: str, is_talk: bool
) -> None:
    names = "interface-id dstaddr start end dstport protocol action flow-direction"
    line = f"eni-1 52.1.1.1 {START} {START} {port} {protocol} {action} {direction}"
    found = tally(f"{names}\n{line}\n")
    assert bool(found.talks) is is_talk
    assert sum(found.records.values()) == 1


def test_no_data_and_skipped_data() -> None:
    lines = [
        f"2 123456789010 eni-1 - - - - - - - {START} {START + 59} - {status}"
        for status in ("NODATA", "SKIPDATA")
    ]
    found = tally("\n".join(lines))
    assert [record[5] for record in found.records] == [b"NODATA", b"SKIPDATA"]
    assert not found.talks


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (V2_LINE.replace(" OK", ""), "13 fields where 14 were named"),
        (f"{V2_LINE} 7", "15 fields where 14 were named"),
        (V2_LINE.replace("ACCEPT", "PERHAPS"), "no flow log record: 2 123456789010"),
        (V2_LINE.replace(" OK", " SO-SO"), "no flow log record"),
        (V2_LINE.replace(str(START), "yesterday"), "no flow log record"),
        (V2_LINE.replace(str(START), "-5"), "no flow log record"),
        (V2_LINE.replace(str(START), "1_764_000_000"), "no flow log record"),
        (V2_LINE.replace(str(START), "9" * 4000), "no flow log record"),
        (V2_LINE.replace(str(START + 59), str(START - 60)), "no flow log record"),
        (V2_LINE.replace(str(START + 59), str(START + 7200)), "no flow log record"),
        (V2_LINE.replace("eni-1235b8ca123456789", "-"), "no flow log record"),
        ("\x00\xff garbage", "fields where 14 were named"),
    ],
)
def test_a_broken_line_is_refused_with_its_number(line: str, reason: str) -> None:
    text = "\n".join([" ".join(V2), V2_LINE, line, V2_LINE, ""])
    found = tally(text)
    (refused,) = found.refused
    assert refused.position == 3
    assert reason in refused.reason
    assert sum(found.records.values()) == 2
    assert found.talks == {talk()}


def test_two_broken_lines_that_make_up_for_each_other() -> None:
    """As many fields in all as there should be, and not in each line."""
    short, long = V2_LINE.replace(" OK", ""), f"{V2_LINE} 7"
    found = tally("\n".join([" ".join(V2), short, long, V2_LINE]))
    assert [one.position for one in found.refused] == [2, 3]
    assert sum(found.records.values()) == 1


def test_lines_are_numbered_over_blocks() -> None:
    form, _ = layout(" ".join(V2).encode())
    lines = FlowLines(form, begun=True)
    lines.take(f"{V2_LINE}\n{V2_LINE}\n".encode())
    assert [one.position for one in lines.take(b"broken\n").refused] == [4]


def test_empty_lines_and_carriage_returns() -> None:
    found = tally(f"{' '.join(V2)}\r\n\r\n{V2_LINE}\r\n\n{V2_LINE}")
    assert (sum(found.records.values()), found.refused) == (2, [])


def test_files_joined_with_their_headers() -> None:
    other = f"eni-2 52.1.1.1 {START} {START} ACCEPT 443"
    names = "interface-id dstaddr start end action dstport"
    text = "\n".join([" ".join(V2), V2_LINE, " ".join(V2), V2_LINE, names, other])
    found = tally(text)
    assert (sum(found.records.values()), found.refused) == (3, [])
    assert {one[0] for one in found.talks} == {b"eni-1235b8ca123456789", b"eni-2"}


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        ("interface-id start end action srcaddr", "the format lacks dstport"),
        ("interface-id start end action dstport", "the format lacks dstaddr"),
        ("dstaddr dstport protocol", "the format lacks interface-id, start, end, action"),
        ('{"Records": []}', "no header line"),
        ("hello world", "no header line"),
        (" ".join(["x"] * 14), "no header line"),
        ("", "no header line"),
    ],
)
def test_what_is_no_flow_log(first: str, reason: str) -> None:
    with pytest.raises(NotFlowLog, match=reason):
        layout(first.encode())


WORDS = "2 - x 443 6 80 eni-1 eni-2 ACCEPT REJECT OK NODATA SKIPDATA"
TOKENS = st.sampled_from(WORDS.split() + [str(START + more) for more in (0, 59, 60, 7200)])
LINES = st.one_of(
    st.just(V2_LINE),
    st.sampled_from(["eni-2", "eni-3"]).map(lambda e: V2_LINE.replace("eni-1235b8ca123456789", e)),
    st.lists(TOKENS, max_size=16).map(" ".join),
    st.text(max_size=40).map(lambda text: text.replace("\n", " ").replace("\r", " ")),
)


@given(st.lists(LINES, max_size=12), st.data())
def test_the_cut_into_blocks_changes_nothing(lines: list[str], data: st.DataObject) -> None:
    """Blocks in which all is well go a faster way than the others: the result is the same."""
    form, _ = layout(" ".join(V2).encode())
    at_once, one_by_one = FlowLines(form, begun=True), FlowLines(form, begun=True)
    whole = at_once.take("".join(f"{line}\n" for line in lines).encode())
    cut = data.draw(st.integers(0, len(lines)))
    parts = [
        one_by_one.take("".join(f"{line}\n" for line in part).encode())
        for part in (lines[:cut], *([line] for line in lines[cut:]))
    ]
    together = Tally()
    for part in parts:
        together.records.update(part.records)
        together.talks |= part.talks
        together.refused += part.refused
    assert whole.records == together.records
    assert whole.talks == together.talks
    assert whole.refused == together.refused
    blank = sum(not line.encode().split() for line in lines)  # by the rules of bytes
    assert sum(whole.records.values()) + len(whole.refused) + blank == len(lines)


def test_real_lines() -> None:
    """Lines that others published as samples, of several versions."""
    folder = shared_data("vpcflow-guardduty-samples")
    lines = (folder / "elastic-vpcflow.log").read_text().splitlines()
    for file in sorted((folder / "sekoia/aws-flow-logs").glob("*.json")):
        message = json.loads(file.read_text())["input"]["message"]
        if not message.startswith("{"):
            lines.append(message)
    assert len(lines) >= 10
    refused = []
    for line in lines:
        form, is_header = layout(line.encode())
        found = FlowLines(form, begun=is_header).take(line.encode())
        assert sum(found.records.values()) + len(found.refused) == 1
        refused += [line] if found.refused else []
    assert all("164000066" in line for line in refused), "a time of nine digits, of 1975"
