"""The signal: silence weighs much, speech little, and what is not known nothing."""

from tests.detection.flow_story import (
    DAY,
    ELSEWHERE,
    INSTANCE,
    KEY,
    STOLEN,
    Story,
    at,
    ordinary_day,
    reasons,
    theft,
)
from truant.detection.signals.flows import (
    WEIGHT_SILENT,
    WEIGHT_SILENT_UNPROVED,
    WEIGHT_SPOKE_MOST,
)
from truant.model.finding import Evidence, Verdict

OUTSIDE = "203.0.113.9"


def evidence(story: Story) -> list[Evidence]:
    return [
        one for verdict in story.verdicts() for one in verdict.evidence if one.signal == "flows"
    ]


def outside(story: Story, clock: str = "15:10", calls: int = 4) -> Story:
    story.theft(clock, calls, source=OUTSIDE)
    return story


def test_without_flow_logs_nothing_is_said() -> None:
    assert reasons(outside(ordinary_day()).verdicts(with_flows=False)) == ""


def test_silence() -> None:
    (found,) = evidence(outside(ordinary_day()))
    assert found.weight == WEIGHT_SILENT
    assert (
        "show no flow to AWS in a slot of five minutes from 2026-03-10 15:10:00 UTC"
        in found.sentence
    )
    assert "to 2026-03-10 15:11:00 UTC, in which 4 calls or more were made from" in found.sentence
    assert "At other times they show the instance's own calls." in found.sentence
    assert len(found.event_ids) == 4


def test_silence_of_an_instance_that_never_speaks() -> None:
    story = Story()
    story.quiet("00:00", "24:00")
    story.flow(at("01:00"), ELSEWHERE)
    story.flow(at("23:00"), ELSEWHERE)
    (found,) = evidence(outside(story))
    assert found.weight == WEIGHT_SILENT_UNPROVED


def test_silence_of_a_call_or_two() -> None:
    (found,) = evidence(outside(ordinary_day(), calls=2))
    assert found.weight == WEIGHT_SILENT_UNPROVED


def test_an_instance_that_seldom_speaks_and_did() -> None:
    story = Story()
    story.quiet("00:00", "24:00")
    story.flow(at("15:10"))
    (found,) = evidence(outside(story))
    assert found.weight == WEIGHT_SPOKE_MOST
    assert "it speaks in 1 % of all that they cover" in found.sentence


def test_an_instance_that_speaks_all_day_and_did() -> None:
    story = Story()
    story.works("00:00", "24:00")
    for time in range(at("00:00"), at("24:00"), 240):
        story.flow(time)
    (found,) = evidence(outside(story))
    assert found.weight == 0.0
    assert str(found.weight) == "0.0", "and not -0.0"


def test_where_the_logs_do_not_reach_it_is_said() -> None:
    story = ordinary_day()
    story.lines = [line for line in story.lines if int(line.split()[6]) < at("14:00")]
    (found,) = evidence(outside(story))
    assert found.weight == 0.0
    assert "do not tell whether the instance spoke to AWS then" in found.sentence


def test_a_proxy_of_which_nobody_told() -> None:
    """Its calls come from elsewhere, and its flows go to the proxy: no word against it."""
    story = Story()
    story.quiet("00:00", "24:00")
    for time in range(at("00:00"), at("24:00"), 600):
        story.call(time, source=OUTSIDE)
        story.flow(time, "198.51.100.80", 9090)
    (found,) = evidence(story)
    assert found.weight == 0.0


def test_logins_that_others_send_say_nothing() -> None:
    story = ordinary_day()
    story.theft(source=OUTSIDE, key=KEY, api="sts:GetCallerIdentity")
    assert evidence(story) == []


def test_urls_given_away_say_nothing() -> None:
    story = ordinary_day()
    signed = '"additionalEventData": {"AuthenticationMethod": "QueryString"},'
    story.theft(source=OUTSIDE, api="s3:GetObject", more=signed)
    assert evidence(story) == []


def test_silence_and_speech_of_one_party() -> None:
    story = outside(ordinary_day(), "10:00")  # when the instance was at work
    (found,) = evidence(outside(story, "16:20"))
    assert found.weight == WEIGHT_SILENT
    assert "In a slot of five minutes of others the instance did speak." in found.sentence


def test_a_way_out_that_nobody_told_of_and_a_record_that_was_lost() -> None:
    """Nearly all calls from there are flows of the instance: it is the instance's, too."""
    story = Story()
    story.works("00:00", "08:00")
    story.works("08:00", "20:00", source=OUTSIDE)
    story.quiet("00:00", "24:00")
    story.talks_elsewhere("00:00", "24:00")
    lost = range(at("12:00"), at("12:31"))
    story.lines = [
        line for line in story.lines if int(line.split()[6]) not in lost or "54." not in line
    ]
    (found,) = evidence(story)
    assert found.weight <= 0
    assert "show the instance speaking" in found.sentence


def told(verdicts: list[Verdict]) -> set[str | None]:
    return {stray.key for verdict in verdicts for stray in verdict.strays}


def test_silence_makes_a_doubtful_place_a_finding() -> None:
    """An AWS address of unknown owner, and no inventory: the flow logs decide."""
    story = ordinary_day()
    story.facts = []
    story.theft(source="54.10.77.7")
    (verdict,) = [v for v in story.verdicts() if told([v]) == {STOLEN}]
    assert verdict.instance == INSTANCE
    assert any(e.signal == "flows" and e.weight > 0 for e in verdict.evidence)


def test_the_days_of_the_story() -> None:
    assert theft().flows().heard_slots(INSTANCE, DAY // 86_400) == (1 << 288) - 1
