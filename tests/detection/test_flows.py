"""Whether an instance spoke: True, False, or not known."""

from tests.detection.flow_story import (
    AWS,
    DAY,
    ELSEWHERE,
    ENI,
    INSTANCE,
    OTHER_ENI,
    Story,
    at,
    fact,
    ordinary_day,
    theft,
)
from truant.detection.flow_fold import Hearings
from truant.detection.flows import Flows, scope_of
from truant.detection.inventory import Inventory
from truant.model.fact import Fact, Mode
from truant.model.hearing import Hearing

ALL = (1 << 1440) - 1


def flows(
    *,
    covered: int = ALL,
    skipped: int = 0,
    accepted: int = 1 | 1 << 1439,
    aws: int = 0,
    maybe: int = 0,
    coarse: bool = False,
) -> Flows:
    """One interface, covered all day, with an accepted flow in its first and last minute."""
    day = DAY // 86_400
    hearing = Hearing(ENI, day, covered, skipped, accepted, aws, maybe, coarse=coarse)
    hearings: Hearings = {(ENI, day): hearing}
    return Flows(hearings, Inventory([fact(ENI, "instance", INSTANCE)]))


def minutes(first: str, last: str) -> int:
    low, high = (at(first) - DAY) // 60, (at(last) - DAY) // 60
    return (1 << high + 1) - (1 << low)


def test_true_false_and_not_known() -> None:
    noon = at("12:00")
    assert flows().spoke(INSTANCE, noon, noon) is False
    assert flows(aws=minutes("12:00", "12:00")).spoke(INSTANCE, noon, noon) is True
    assert flows(maybe=minutes("12:00", "12:00")).spoke(INSTANCE, noon, noon) is None
    assert flows(covered=0).spoke(INSTANCE, noon, noon) is None
    assert flows().spoke("i-0fffffffffffffff0", noon, noon) is None


def test_of_an_interface() -> None:
    noon = at("12:00")
    assert flows().spoke(ENI, noon, noon) is False
    assert flows(aws=minutes("12:01", "12:01")).spoke(ENI, noon, noon) is True
    assert flows().spoke(OTHER_ENI, noon, noon) is None


def test_what_was_seen_counts_where_not_all_is_covered() -> None:
    noon = at("12:00")
    seen = minutes("12:00", "12:00")
    assert flows(covered=seen, aws=seen).spoke(INSTANCE, noon, noon) is True


def test_the_margin_is_three_minutes() -> None:
    noon = at("12:00")
    for clock, spoke in (("11:57", True), ("11:56", False), ("12:03", True), ("12:04", False)):
        assert flows(aws=minutes(clock, clock)).spoke(INSTANCE, noon, noon) is spoke


def test_the_margin_is_eleven_minutes_where_records_are_coarse() -> None:
    noon = at("12:00")
    for clock, spoke in (("11:49", True), ("11:48", False), ("12:11", True), ("12:12", False)):
        found = flows(aws=minutes(clock, clock), coarse=True)
        assert found.spoke(INSTANCE, noon, noon) is spoke


def test_short_gaps_are_covered_and_long_ones_are_not() -> None:
    noon = at("12:00")
    for last, spoke in (("12:01", False), ("12:02", None)):
        covered = ALL & ~minutes("12:00", last)
        assert flows(covered=covered).spoke(INSTANCE, noon, noon) is spoke
    for last, spoke in (("12:08", False), ("12:09", None)):
        covered = ALL & ~minutes("12:00", last)
        assert flows(covered=covered, coarse=True).spoke(INSTANCE, noon, noon) is spoke
    assert flows(skipped=minutes("12:00", "12:00")).spoke(INSTANCE, noon, noon) is None


def test_a_gap_outside_the_window_does_not_matter() -> None:
    covered = ALL & ~minutes("12:04", "12:20")
    assert flows(covered=covered).spoke(INSTANCE, at("12:00"), at("12:00")) is False


def test_the_log_must_show_accepted_flows_before_and_after() -> None:
    noon = at("12:00")
    assert flows(accepted=1).spoke(INSTANCE, noon, noon) is None
    assert flows(accepted=1 << 1439).spoke(INSTANCE, noon, noon) is None
    assert flows(accepted=0).spoke(INSTANCE, noon, noon) is None


def test_over_midnight() -> None:
    story = Story()
    story.quiet("00:00", "24:00")
    for time in (at("20:00"), at("28:00")):
        story.flow(time, ELSEWHERE)
    story.quiet("24:00", "28:00")
    midnight = at("24:00")
    assert story.flows().spoke(INSTANCE, midnight - 60, midnight + 60) is False
    story.flow(midnight + 90)
    assert story.flows().spoke(INSTANCE, midnight - 60, midnight + 60) is True


def test_every_interface_of_the_time_counts() -> None:
    story = ordinary_day()
    begins = Fact(OTHER_ENI, "instance", at("18:00"), Mode.BEGINS, (INSTANCE,), "e")
    story.facts.append(begins)
    found = story.flows()
    assert found.spoke(INSTANCE, at("15:10"), at("15:10")) is False
    assert found.spoke(INSTANCE, at("18:10"), at("18:10")) is None
    assert found.look(INSTANCE, at("18:10"), at("18:10")).interfaces == (ENI, OTHER_ENI)


def test_an_interface_is_asked_for_since_it_was_attached() -> None:
    """What came before its attachment need not be covered."""
    story = ordinary_day()
    story.facts.append(Fact(OTHER_ENI, "instance", at("15:08"), Mode.BEGINS, (INSTANCE,), "e"))
    story.quiet("15:08", "24:00", eni=OTHER_ENI)
    story.flow(at("15:08"), ELSEWHERE, eni=OTHER_ENI)
    story.flow(at("23:00"), ELSEWHERE, eni=OTHER_ENI)
    assert story.flows().spoke(INSTANCE, at("15:10"), at("15:10")) is False


def test_an_interface_is_asked_for_until_it_was_detached() -> None:
    story = ordinary_day()
    story.facts += [
        Fact(OTHER_ENI, "instance", at("01:00"), Mode.BEGINS, (INSTANCE,), "e"),
        Fact(OTHER_ENI, "instance", at("12:00"), Mode.ENDS, (INSTANCE,), "e"),
    ]
    found = story.flows()
    assert found.look(INSTANCE, at("11:00"), at("11:00")).interfaces == (ENI, OTHER_ENI)
    assert found.spoke(INSTANCE, at("15:10"), at("15:10")) is False


def test_an_instance_is_asked_for_until_it_ended() -> None:
    story = ordinary_day()
    story.facts.append(Fact(INSTANCE, "ended", at("13:00"), Mode.IS, ("yes",), "e"))
    found = story.flows()
    assert found.spoke(INSTANCE, at("12:40"), at("12:40")) is False
    assert found.spoke(INSTANCE, at("15:10"), at("15:10")) is None
    assert found.look(INSTANCE, at("15:10"), at("15:10")).interfaces == ()


def test_interfaces_by_instance_id_alone() -> None:
    """No inventory: records of version 3 and later name the instance."""
    story = theft()
    story.facts = []
    found = story.flows()
    assert found.spoke(INSTANCE, at("15:10"), at("15:11")) is False
    assert found.spoke(INSTANCE, at("10:00"), at("10:01")) is True


def test_an_interface_without_an_id_gives_way_to_one_with() -> None:
    """`describe-instances` alone may list no interface; the logs name it."""
    story = theft()
    story.facts = [fact(f"{INSTANCE}/primary", "instance", INSTANCE)]
    assert story.flows().look(INSTANCE, at("15:10"), at("15:10")).interfaces == (ENI,)


def test_slots_spoken_and_heard() -> None:
    story = Story()
    story.works("00:00", "01:00")
    story.quiet("00:00", "02:00")
    found, day = story.flows(), DAY // 86_400
    assert found.spoken_slots(INSTANCE, day) == sum(1 << slot for slot in range(0, 12, 2))
    assert found.heard_slots(INSTANCE, day) == (1 << 24) - 1


def test_what_is_listened_for() -> None:
    story = theft()
    story.facts.append(fact("eu-west-1/vpc-1", "cidr", "10.0.0.0/16", "11.0.0.0/16", "no block"))
    day = DAY // 86_400
    scope = scope_of([INSTANCE], story.inventory, day, day + 2)
    assert (scope.first_day, scope.last_day) == (day - 1, day + 3)
    assert scope.interfaces == {ENI}
    assert scope.own == {ENI: frozenset({"10.0.1.10"})}
    assert scope.endpoints == {"10.0.1.99"}
    assert scope.blocks == ("11.0.0.0/16",)
    assert AWS not in scope.endpoints
