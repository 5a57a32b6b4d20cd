"""A stray that stops the trail speaks for theft; software that manages trails does not."""

from tests.detection.spoken import RANGES, call
from truant.detection.fold import fold
from truant.detection.inventory import Inventory
from truant.detection.place import Surroundings
from truant.detection.state import State, judge_all, merge
from truant.detection.trust import Rule, Trust
from truant.model.finding import Evidence

VICTIM, HOME, THIEF = "i-00000000000000001", "198.51.100.7", "203.0.113.66"
TRUST = Trust(rules=(Rule(reason="office", cidr="198.51.100.0/24"),))


def evidence(*sources: tuple[str, str]) -> list[Evidence]:
    state = State()
    merge(state, fold([call(VICTIM, 14, source, api) for source, api in sources]))
    around = Surroundings(Inventory(()), TRUST, RANGES, state.accounts)
    found = [one for verdict in judge_all(state, around) for one in verdict.evidence]
    return [one for one in found if one.signal == "tampering"]


def test_software_that_manages_trails_from_home_is_no_evidence() -> None:
    assert not evidence((HOME, "cloudtrail:StopLogging"), (THIEF, "s3:ListBuckets"))


def test_a_stray_that_stops_the_trail_is() -> None:
    (one,) = evidence((HOME, "s3:ListBuckets"), (THIEF, "cloudtrail:StopLogging"))
    assert "stopped trail" in one.sentence
    assert len(one.event_ids) == 1
