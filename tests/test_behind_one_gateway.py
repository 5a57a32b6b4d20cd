"""Thefts from behind the instance's own way out, which flow logs alone tell."""

from tests.detection.flow_story import (
    ELSEWHERE,
    ENI,
    KEY,
    STOLEN,
    Story,
    at,
    ordinary_day,
    reasons,
    theft,
)
from truant.model.finding import MEDIUM, FindingType
from truant.model.network import Place


def test_without_flow_logs_it_is_home() -> None:
    assert theft().verdicts(with_flows=False) == []


def test_from_behind_the_same_gateway() -> None:
    (found,) = theft().findings()
    assert (found.type, found.severity) == (FindingType.OTHER_INSTANCE, MEDIUM)
    (stray,) = found.strays
    assert (stray.key, stray.count, stray.place) == (STOLEN, 4, Place.UNHEARD)
    assert (stray.first, stray.last) == (at("15:10"), at("15:11"))
    assert "54.10.0.9; other machines share it, and the instance was silent" in stray.reason
    assert f"VPC Flow Logs cover {ENI} and show no flow to AWS" in reasons([found])


def test_the_rest_of_the_session_stays_at_home() -> None:
    (found,) = theft().findings()
    (seen,) = found.home.seen
    assert "which held 54.10.0.9" in seen
    assert {stray.key for stray in found.strays} == {STOLEN}


def test_with_the_key_that_the_instance_uses_itself() -> None:
    story = ordinary_day()
    story.theft(key=KEY, api="s3:GetObject")
    (found,) = story.findings()
    assert [(stray.key, stray.count) for stray in found.strays] == [(KEY, 4)]


def test_slowly_and_between_the_instances_own_calls() -> None:
    """The instance's calls with its own key do not interrupt the silence about the other."""
    story = ordinary_day()
    for clock in ("15:00", "15:20", "15:40"):
        story.theft(clock, calls=1, api="s3:ListBuckets")
        story.call(at(clock) + 600)
        story.flow(at(clock) + 600)
    (found,) = story.findings()
    assert [stray.count for stray in found.strays] == [3]


def test_aggregated_over_ten_minutes() -> None:
    story = Story()
    story.works("00:00", "12:00")
    story.quiet("00:00", "24:00", step=600)
    story.talks_elsewhere("00:00", "24:00")
    story.theft("15:30")
    assert len(story.findings()) == 1


def test_an_instance_that_never_spoke_at_all() -> None:
    """Nothing shows that the logs show its calls; but no flow at all left it."""
    story = Story()
    story.quiet("00:00", "24:00")
    story.flow(at("02:00"), ELSEWHERE)
    story.flow(at("22:00"), ELSEWHERE)
    story.theft()
    (found,) = story.findings()
    assert "whether the logs show its calls is not proved" in reasons([found])


def test_images_pulled_in_silence() -> None:
    story = ordinary_day()
    story.theft(source="AWS Internal", api="ecr:BatchGetImage")
    (found,) = story.findings()
    assert found.type is FindingType.OTHER_INSTANCE
    assert found.strays[0].origin.address == "AWS Internal"


def test_the_finding_keeps_its_id_as_calls_come_in() -> None:
    one, more = theft(), theft()
    more.theft("16:40")
    (first,), (second,) = one.findings(), more.findings()
    assert first.id == second.id
    assert sum(stray.count for stray in second.strays) == 8
