"""All stories, by name: importing a module of `told` adds its own to the list."""

from tests.stories.story import STORIES
from tests.stories.told import (
    chains,
    changing,
    endpoints,
    finer,
    foreign,
    hubs,
    mixtures,
    on_behalf,
    ours,
    outside,
    reserved,
    turnover,
    ways_out,
)

__all__ = ["STORIES"]

LEGITIMATE = (ways_out, hubs, endpoints, on_behalf, changing, turnover)
THEFTS = (foreign, outside, ours, chains, mixtures, finer, reserved)
