"""Wildcards of filters: `*` stands for any run of characters, `?` for one character or none.

https://docs.aws.amazon.com/guardduty/latest/ug/findings_suppression-rule.html. All positions of the
pattern that a text has reached are followed at once, as bits of one number, so that no pattern
takes longer than its length times the text's.
"""

import re
from functools import lru_cache

TEXT_MAX = 2048  # of a value; what follows is not looked at


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> tuple[dict[str, int], int, int, int]:
    """Positions by the character they take, those of `*`, those of `*` and `?`, and the length."""
    signs = re.sub(r"\*[*?]*|\?+\*[*?]*", "*", pattern)
    steps: dict[str, int] = {}
    stars = optional = 0
    for position, sign in enumerate(signs):
        bit = 1 << position
        if sign == "*":
            stars |= bit
            optional |= bit
        elif sign == "?":
            optional |= bit
        else:
            steps[sign] = steps.get(sign, 0) | bit
    return steps, stars, optional, len(signs)


def matches_wildcard(pattern: str, text: str) -> bool:
    """Whether the whole text is what the pattern says; upper and lower case differ."""
    steps, stars, optional, length = _compiled(pattern)
    reached = _onward(1, optional)
    questions = optional & ~stars
    for char in text[:TEXT_MAX]:
        taken = reached & (steps.get(char, 0) | questions)
        reached = _onward((taken << 1) | (reached & stars), optional)
        if not reached:
            return False
    return bool(reached >> length & 1)


def _onward(reached: int, optional: int) -> int:
    """With the positions that are reached by taking `*` and `?` for nothing."""
    while True:
        further = reached | (reached & optional) << 1
        if further == reached:
            return reached
        reached = further
