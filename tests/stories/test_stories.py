"""Every story, with its inventory and with nothing but the log."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.stories import scanning
from tests.stories.listed import STORIES
from tests.stories.story import Found, Match, Story, differences
from truant.runners.scan import ScanResult


def _must_fit(match: Match, expected: Sequence[Found], result: ScanResult) -> None:
    told = scanning.told(result)
    wrong = differences(match, expected, told)
    if any("IQoJb3JpZ2lu" in one.text for one in told):
        wrong.append("secret: a session token stands in a finding")
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.mark.parametrize("story", STORIES.values(), ids=lambda story: story.name)
def test_with_inventory(story: Story, tmp_path: Path) -> None:
    world, expected = story.told()
    logs, described = scanning.trail(world.records), scanning.inventory(world)
    result = scanning.run(world, tmp_path, logs, described)
    _must_fit(story.full, expected, result)


@pytest.mark.parametrize("story", STORIES.values(), ids=lambda story: story.name)
def test_with_the_log_alone(story: Story, tmp_path: Path) -> None:
    world, expected = story.told()
    result = scanning.run(world, tmp_path, scanning.trail(world.records), None)
    _must_fit(story.alone, expected, result)
