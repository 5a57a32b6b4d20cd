"""Laws over all stories: delivery changes nothing, and a missing part never makes certain."""

from pathlib import Path
from random import Random

import pytest

from tests.stories import scanning
from tests.stories.listed import STORIES
from tests.stories.story import MEDIUM, Match, Story, differences
from tests.stories.variations import REMOVABLE, VARIATIONS, without
from truant.model.finding import Verdict

REMOVED_EACH = 2  # of the thirteen files, another choice for each story
CERTAIN = 0.9
DOUBTS = ("no route table proves", "unknown or has gaps", "is not known")


@pytest.mark.parametrize("story", STORIES.values(), ids=lambda story: story.name)
def test_delivery_changes_nothing(story: Story, tmp_path: Path) -> None:
    world, _ = story.told()
    rng = Random(story.name)
    described = scanning.inventory(world)
    usual = scanning.run(world, tmp_path / "usual", scanning.trail(world.records), described)
    vary = rng.choice(VARIATIONS)
    varied = scanning.run(world, tmp_path / "varied", vary(world.records, rng), described)
    assert varied.findings == usual.findings, vary.__name__


@pytest.mark.parametrize("story", STORIES.values(), ids=lambda story: story.name)
def test_a_missing_part_never_makes_certain(story: Story, tmp_path: Path) -> None:
    world, expected = story.told()
    logs, described = scanning.trail(world.records), scanning.inventory(world)
    robbed = {one.who for one in expected}
    for operation in Random(story.name).sample(REMOVABLE, REMOVED_EACH):
        folder, rest = tmp_path / operation, without(described, operation)
        for verdict in scanning.run(world, folder, logs, rest).verdicts:
            assert verdict.principal_id in robbed or _is_cautious(verdict), (operation, verdict)


def _is_cautious(verdict: Verdict) -> bool:
    """Low, or less than certain and said to be so."""
    doubted = any(doubt in one.sentence for one in verdict.evidence for doubt in DOUBTS)
    return verdict.severity < MEDIUM or (verdict.probability < CERTAIN and doubted)


def test_matches_tell_what_is_wrong() -> None:
    """The judge itself: a false, a missed and a wrongly counted finding are all told."""
    _, expected = STORIES["E6 the instance never used its role"].told()
    assert not differences(Match.EXACT, expected, expected)
    assert differences(Match.EXACT, expected, [])
    assert differences(Match.FOUND, expected, [])
    assert differences(Match.EXACT, [], expected)
    assert differences(Match.QUIET, expected, expected)
    assert not differences(Match.LOOSE, expected, [])
