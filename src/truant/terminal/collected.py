"""What was collected of living accounts, and what is missing, in lines for people."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from truant.formats.plain import plain
from truant.model.uncollected import Missing
from truant.runners.collecting import Collected

REGIONS_NAMED_MAX = 3


def lines(result: Collected) -> Iterator[tuple[str, str]]:
    """Lines with their lead, as `accounting.lines` gives them."""
    accounts = _count(len(result.accounts), "account")
    yield "", f"collected: {_count(result.regions, 'region')} of {accounts}."
    if result.closed:
        yield "note: ", f"{_count(result.closed, 'account')} of the organization: not active."
    yield from (("missing: ", one) for one in missing(result.missing))


def missing(found: Sequence[Missing]) -> Iterator[str]:
    """What is missing, one line for each account, operation and error."""
    ordered = sorted(found, key=_cause)
    for (account, operation, code), same in groupby(ordered, key=_cause):
        alike = list(same)
        where = _regions(sorted({one.region for one in alike if one.region}))
        said = plain(alike[0].message, 300)
        error = f"{plain(code)}: {said}" if said else plain(code)
        yield f"account {plain(account)}{where}: {plain(operation)}: {error}"


def _cause(one: Missing) -> tuple[str, str, str]:
    return one.account, one.operation, one.code


def _regions(names: Sequence[str]) -> str:
    if not names:
        return ""
    if len(names) <= REGIONS_NAMED_MAX:
        return f" in {', '.join(map(plain, names))}"
    return f" in {len(names)} regions, {plain(names[0])} first"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
