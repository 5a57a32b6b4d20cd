"""Arrival: how much came of one account and region, and of what times; by which lag is told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from truant.model.api_call import ApiCall
from truant.model.event_time import epoch
from truant.model.network import is_account

PAIRS_MAX = 2_000  # of one batch: hostile records name what they like
_REGION_LENGTH = 32

Pair = tuple[str, str]  # account, region


class Arrival(Struct):
    """So many records, from the first to the last in event time (epoch seconds)."""

    records: int
    first: int
    last: int


class Arrivals(dict[Pair, Arrival]):
    """What came, by account whose trail it is and region."""

    def watch(self, calls: Sequence[ApiCall]) -> None:
        """Count some calls."""
        # Trail files are of one account and region, so that most of the time there is one pair.
        pairs = {(call.recipient_account_id, call.aws_region) for call in calls}
        if len(pairs) == 1:
            self._add(*pairs.pop(), [call.event_time or call.timestamp for call in calls])
            return
        times: dict[tuple[str | None, str | None], list[str | None]] = defaultdict(list)
        for call in calls:
            pair = (call.recipient_account_id, call.aws_region)
            times[pair].append(call.event_time or call.timestamp)
        for (account, region), some in times.items():
            self._add(account, region, some)

    def _add(self, account: str | None, region: str | None, texts: Iterable[str | None]) -> None:
        known = [text for text in texts if text]
        first, last = epoch(min(known, default=None)), epoch(max(known, default=None))
        if first is None or last is None or not account or not is_account(account):
            return
        if not region or len(region) > _REGION_LENGTH or not region.replace("-", "").isalnum():
            return
        if (account, region) in self or len(self) < PAIRS_MAX:
            self.add((account, region), Arrival(len(known), first, last))

    def add(self, pair: Pair, more: Arrival) -> None:
        """Add to what is known of a pair."""
        known = self.get(pair)
        if known is None:
            self[pair] = more
            return
        known.records += more.records
        known.first, known.last = min(known.first, more.first), max(known.last, more.last)
