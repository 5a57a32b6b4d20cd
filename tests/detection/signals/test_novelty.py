"""What was learned moves the probability, in the open, and never decides alone."""

from tests.detection.spoken import RANGES, call
from truant.detection.fold import fold
from truant.detection.inventory import Inventory
from truant.detection.judge import is_finding
from truant.detection.place import Surroundings
from truant.detection.signals.novelty import BOUNDS
from truant.detection.state import State, judge_all, merge
from truant.detection.trust import Trust
from truant.model.api_call import ApiCall
from truant.model.finding import Evidence, Verdict

HOME, OFFICE, THIEF = "54.10.1.7", "198.51.100.9", "203.0.113.66"
VICTIM = "i-00000000000000001"


def history(*sources: str, days: int = 12, instances: str = "12345") -> list[ApiCall]:
    """Some instances of one role, each day from each of these addresses."""
    return [
        call(f"i-0000000000000000{n}", day, source)
        for n in instances
        for day in range(1, days + 1)
        for source in sources
    ]


def verdicts(calls: list[ApiCall]) -> list[Verdict]:
    state = State()
    merge(state, fold(calls))
    around = Surroundings(Inventory(()), Trust(), RANGES, state.accounts)
    return [v for v in judge_all(state, around) if v.instance == VICTIM]


def novelty(verdict: Verdict) -> list[Evidence]:
    return [one for one in verdict.evidence if one.signal == "novelty"]


def outside(calls: list[ApiCall]) -> Verdict:
    (found,) = [v for v in verdicts(calls) if v.type.endswith("OutsideAWS")]
    return found


def test_without_days_before_nothing_is_said() -> None:
    assert not novelty(outside([*history(HOME, days=2), call(VICTIM, 3, THIEF)]))


def test_a_network_that_nobody_showed_speaks_for_theft() -> None:
    found = outside([*history(HOME), call(VICTIM, 14, THIEF)])
    (network,) = [one for one in novelty(found) if one.sentence.startswith("Network")]
    assert network.weight > 1
    assert "203.0.113.0/24" in network.sentence
    assert "0 of 12 of this session" in network.sentence
    assert "0 of 60 of this role" in network.sentence


def test_an_api_that_the_role_never_called_speaks_for_theft() -> None:
    usual = outside([*history(HOME), call(VICTIM, 14, THIEF)])
    strange = outside([*history(HOME), call(VICTIM, 14, THIEF, "s3:DeleteBucket")])
    assert strange.probability > usual.probability


def test_a_network_that_the_fleet_shows_every_day_lowers_the_probability_and_says_so() -> None:
    """Four machines always spoke from the office, too; so does the fifth on its first day."""
    alone = outside([call(VICTIM, 14, OFFICE)])
    learned = outside([*history(HOME, OFFICE, instances="2345"), call(VICTIM, 14, OFFICE)])
    (network,) = [one for one in novelty(learned) if one.sentence.startswith("Network")]
    assert network.weight < 0
    assert "48 of 96 of this role" in network.sentence
    assert is_finding(learned), "learning alone never silences"
    assert learned.probability < alone.probability


def test_the_bounds_cannot_silence_an_address_outside_aws() -> None:
    assert sum(bound.least for bound in BOUNDS.values()) > -1


def test_a_new_address_of_aws_and_new_software_are_no_finding_alone() -> None:
    """A stop and start, a deployment: the address changes, and so does what the machine does."""
    moved = call(VICTIM, 14, "54.10.200.9", "s3:NewApi")
    (verdict,) = [
        v
        for v in verdicts([*history(HOME), moved])
        if any(stray.origin.address == "54.10.200.9" for stray in v.strays)
    ]
    assert novelty(verdict)
    assert not is_finding(verdict)


def test_a_thief_cannot_make_himself_usual() -> None:
    """Steady small use for ten days: judged by the days before the first of it."""
    once = [*history(HOME), call(VICTIM, 14, THIEF)]
    steady = [*once, *(call(VICTIM, day, THIEF) for day in range(15, 25))]
    assert novelty(outside(steady))[0].weight == novelty(outside(once))[0].weight
