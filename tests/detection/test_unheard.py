"""Calls from home in silence: what must not be taken for theft. Thefts: test_behind_one_gateway."""

import pytest

from tests.detection.flow_story import (
    ACCOUNT,
    AWS,
    AWS6,
    DAY,
    ELSEWHERE,
    ENDPOINT,
    ENI,
    INSTANCE,
    KEY,
    OTHER_ENI,
    REGION,
    Story,
    at,
    fact,
    ordinary_day,
    theft,
)
from truant.detection.fold import fold
from truant.detection.pieces import Piece
from truant.detection.place import Placement
from truant.detection.trust import Rule, Trust
from truant.detection.unheard import CALLS_MIN, calls_at_least
from truant.model.aws_ranges import RangesHistory
from truant.model.distinct import count
from truant.model.fact import Fact, Mode
from truant.model.network import Place

FOUR = ("15:10", "15:11")  # the minutes of the theft


def second_interface(story: Story, since: int | None = None) -> None:
    """Attach another interface of the same subnet to the instance."""
    mode = Mode.IS if since is None else Mode.BEGINS
    story.facts += [
        fact(OTHER_ENI, "vpc", f"{REGION}/vpc-1"),
        fact(OTHER_ENI, "subnet", "subnet-1"),
        fact(OTHER_ENI, "address", "10.0.1.11"),
        Fact(OTHER_ENI, "instance", since or DAY + 86_400, mode, (INSTANCE,), "inventory"),
    ]


def test_calls_that_make_flows_are_home() -> None:
    story = theft()
    story.flow(at("15:10"))
    assert story.verdicts() == []


def test_a_connection_whose_record_lies_minutes_away() -> None:
    """Aggregated over ten minutes, a connection's packets may stand in the record before."""
    story = Story()
    story.works("00:00", "12:00")
    story.quiet("00:00", "24:00", step=600)
    story.talks_elsewhere("00:00", "24:00")
    story.theft("15:10")
    story.flow(at("15:00:30"))
    assert story.verdicts() == []


def test_a_connection_that_began_long_before() -> None:
    story = theft()
    story.flow(at("15:02"), end=at("15:11:55"))
    assert story.verdicts() == []


def test_a_record_that_is_a_minute_late() -> None:
    story = theft()
    story.flow(at("15:12:20"))
    assert story.verdicts() == []


def test_through_a_gateway_endpoint() -> None:
    story = theft()
    story.flow(at("15:10"), ELSEWHERE, service="S3")
    assert story.verdicts() == []


@pytest.mark.parametrize("to", [AWS6, "64:ff9b::360a:c801", "::ffff:54.10.200.1"])
def test_over_ipv6(to: str) -> None:
    """IPv6 itself, and by NAT64: 64:ff9b::360a:c801 is 54.10.200.1."""
    story = theft()
    story.flow(at("15:10"), to, source="2a05:d018:1::5")
    assert story.verdicts() == []


def test_a_container_with_an_address_of_its_own() -> None:
    story = theft()
    story.flow(at("15:10"), source="10.0.77.3")
    assert story.verdicts() == []


def test_another_interface_spoke() -> None:
    story = theft()
    second_interface(story)
    story.quiet("00:00", "24:00", eni=OTHER_ENI)
    story.flow(at("15:10"), eni=OTHER_ENI)
    assert story.verdicts() == []


def test_an_interface_that_no_inventory_knows_spoke() -> None:
    story = theft()
    story.flow(at("15:10"), eni=OTHER_ENI)
    assert story.verdicts() == []


def test_flow_logs_of_one_subnet_only() -> None:
    """The other interface has no flow log: it may have made the calls."""
    story = theft()
    second_interface(story)
    assert story.verdicts() == []


def test_an_interface_attached_just_before() -> None:
    """Its flow log begins some minutes after it."""
    story = theft()
    second_interface(story, since=at("15:05"))
    story.quiet("15:14", "24:00", eni=OTHER_ENI)
    story.talks_elsewhere("15:20", "24:00", eni=OTHER_ENI)
    assert story.verdicts() == []


def test_flow_logs_that_began_later() -> None:
    story = theft()
    story.lines = [line for line in story.lines if int(line.split()[6]) >= at("15:13")]
    story.works("18:00", "22:00")
    assert story.verdicts() == []


def test_flow_logs_that_ended_before() -> None:
    story = theft()
    story.lines = [line for line in story.lines if int(line.split()[6]) < at("15:09")]
    assert story.verdicts() == []


def test_only_refused_traffic_is_logged() -> None:
    story = Story()
    story.works("00:00", "12:00", seen=False)
    story.quiet("00:00", "24:00")
    for time in range(at("00:00"), at("24:00"), 1800):
        story.flow(time, "203.0.113.5", 22, action="REJECT")
    story.theft()
    assert story.verdicts() == []


def test_only_refused_traffic_is_logged_since_noon() -> None:
    story = Story()
    story.works("00:00", "12:00")
    story.quiet("00:00", "24:00")
    story.talks_elsewhere("00:00", "12:00")
    story.theft()
    story.flow(at("15:00"), AWS, action="REJECT")
    assert story.verdicts() == []


def test_records_were_skipped() -> None:
    story = theft()
    story.quiet(*FOUR, status="SKIPDATA")
    assert story.verdicts() == []


@pytest.mark.parametrize("start", ["15:06", "15:09", "15:11"])
def test_a_file_of_five_minutes_is_lost(start: str) -> None:
    story = theft()
    lost = range(at(start), at(start) + 300)
    story.lines = [line for line in story.lines if int(line.split()[6]) not in lost]
    assert story.verdicts() == []


def test_a_file_of_ten_minutes_is_lost() -> None:
    story = Story()
    story.works("00:00", "12:00")
    story.quiet("00:00", "24:00", step=600)
    story.talks_elsewhere("00:00", "24:00")
    story.theft("15:12")
    lost = range(at("15:10"), at("15:20"))
    story.lines = [line for line in story.lines if int(line.split()[6]) not in lost]
    assert story.verdicts() == []


@pytest.mark.parametrize("port", [443, 80, 3128, 8080])
def test_by_a_proxy_or_an_endpoint_that_is_not_known(port: int) -> None:
    story = theft()
    story.flow(at("15:10"), "10.0.9.9", port)
    assert story.verdicts() == []


def test_by_an_endpoint_that_is_known() -> None:
    story = theft()
    story.flow(at("15:10"), ENDPOINT)
    assert story.verdicts() == []


def test_by_a_proxy_in_a_range_that_looks_public() -> None:
    story = theft()
    story.facts.append(fact(f"{REGION}/vpc-1", "cidr", "11.0.0.0/16"))
    story.flow(at("15:10"), "11.0.9.9", 3128)
    assert story.verdicts() == []


def test_no_list_of_ranges_is_at_hand() -> None:
    """Then a flow to a public address may be one to AWS."""
    story = theft()
    story.ranges = RangesHistory()
    story.flow(at("15:10"), ELSEWHERE)
    assert story.verdicts() == []


def test_a_call_or_two() -> None:
    for number in range(1, CALLS_MIN):
        story = ordinary_day()
        story.theft(calls=number, api="s3:ListBuckets")
        assert story.verdicts() == []


def test_lone_calls_between_calls_that_are_seen() -> None:
    """Each time one record is lost: the calls do not add up to a use of the key in silence."""
    story = ordinary_day()
    for clock in ("13:00", "13:30", "14:00", "14:30", "15:00"):
        story.call(at(clock))
        story.call(at(clock) + 900)
        story.flow(at(clock) + 900)
    assert story.verdicts() == []


def test_logins_that_a_server_of_ours_sends_on() -> None:
    story = ordinary_day()
    for clock in ("15:10", "16:10", "17:10"):
        story.theft(clock, api="sts:GetCallerIdentity", key=KEY)
    assert story.verdicts() == []


def test_an_instance_whose_calls_the_logs_never_show() -> None:
    """It uses a way that the logs do not show, such as a proxy at a port of its own."""
    story = theft()
    story.lines = [line for line in story.lines if AWS not in line]
    for time in range(at("00:00"), at("24:00"), 300):
        story.flow(time, "10.0.9.9", 9999)
    assert story.verdicts() == []


def test_calls_by_an_interface_that_nobody_knows_of() -> None:
    """No inventory knows it, and it has no flow log: all day long calls make no flow."""
    story = Story()
    story.works("00:00", "24:00", seen=False)
    story.quiet("00:00", "24:00")
    story.flow(at("00:10"), ELSEWHERE)
    story.flow(at("23:50"), ELSEWHERE)
    assert story.verdicts() == []


def test_an_instance_whose_calls_the_logs_show_by_chance() -> None:
    story = Story()
    story.works("00:00", "12:00", seen=False)
    for clock in ("01:00", "02:00", "03:00", "04:00", "05:00", "06:00", "07:00"):
        story.flow(at(clock))
    story.quiet("00:00", "24:00")
    for time in range(at("00:00"), at("24:00"), 300):
        story.flow(time, "10.0.9.9", 9999)
    story.theft()
    assert story.verdicts() == []


def test_a_node_of_kubernetes() -> None:
    story = theft()
    story.facts.append(fact(INSTANCE, "kubernetes-node", "yes"))
    assert story.verdicts() == []


def test_a_key_that_only_claims_to_be_the_instances() -> None:
    story = ordinary_day()
    story.theft(delivery="")
    assert story.verdicts() == []


def test_urls_that_the_instance_gave_away() -> None:
    story = ordinary_day()
    signed = '"additionalEventData": {"AuthenticationMethod": "QueryString"},'
    story.theft(api="s3:GetObject", more=signed)
    assert [v for v in story.verdicts() if Place.UNHEARD in {s.place for s in v.strays}] == []


def test_an_instance_that_has_ended() -> None:
    """Its place says so by itself."""
    story = theft()
    story.facts.append(Fact(INSTANCE, "ended", at("13:00"), Mode.IS, ("yes",), "e"))
    assert all(s.place is not Place.UNHEARD for v in story.verdicts() for s in v.strays)


def test_pulls_of_images_that_make_flows() -> None:
    story = theft()
    story.theft("17:10", source="AWS Internal", api="ecr:BatchGetImage")
    story.flow(at("17:10"))
    assert all(
        stray.origin.address != "AWS Internal" for v in story.verdicts() for stray in v.strays
    )


def test_services_that_go_on_with_the_session() -> None:
    """Forward access sessions run long after the instance's own call."""
    story = ordinary_day()
    story.theft("17:10", source="AWS Internal", api="kms:Decrypt")
    story.theft("18:10", source="athena.amazonaws.com", api="s3:GetObject")
    assert story.verdicts() == []


def test_by_a_trusted_network() -> None:
    """A proxy or an office that only truant.toml knows: how its traffic gets there is not known."""
    story = ordinary_day()
    story.trust = Trust(rules=(Rule("the office", cidr="203.0.113.0/24"),))
    story.theft(source="203.0.113.9")
    assert story.verdicts() == []


def test_from_the_instances_own_public_address() -> None:
    """Nobody else can show it: what the flow logs lack, they lost."""
    story = ordinary_day()
    story.facts += [fact("54.10.0.77", "holder", ENI), fact("54.10.0.77", "owner", ACCOUNT)]
    story.theft(source="54.10.0.77")
    assert story.verdicts() == []


def test_a_lone_call_of_a_busy_key_counts_as_one() -> None:
    """Of very many calls only some are kept, and their number in a slot is a guess."""
    story = Story()
    for time in range(at("00:00"), at("12:00"), 30):
        story.call(time)
        story.flow(time)
    story.quiet("00:00", "24:00")
    story.talks_elsewhere("00:00", "24:00")
    (session,) = fold(story.calls).sessions.values()
    (sighting,) = session.sightings
    piece = Piece("", sighting, sighting.slots, Placement(Place.OWN_WAY_OUT, "", "home"))
    kept = next(slot for slot in range(144) if count(sighting.calls, 1 << slot) > CALLS_MIN)
    assert not sighting.calls.whole
    assert calls_at_least(piece, 1 << kept) == 1
