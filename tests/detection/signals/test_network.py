"""What feeds and lists say of a network: evidence, words in the finding, and no silent trust."""

from tests.detection.spoken import RANGES, call
from truant.detection.findings import finding
from truant.detection.fold import fold
from truant.detection.inventory import Inventory
from truant.detection.place import Surroundings
from truant.detection.state import State, judge_all, merge
from truant.detection.trust import Trust
from truant.model.address_lists import ListFormat
from truant.model.address_lists import parse as parse_list
from truant.model.feed_forms import FORMS
from truant.model.finding import Verdict
from truant.model.network_feeds import NetworkFeeds

VICTIM, THIEF = "i-00000000000000001", "203.0.113.66"
TOR = FORMS["tor-exits"](b"ExitAddress 203.0.113.66 2026-03-01 00:00:00\n", "tor-exits")
OWNER = FORMS["asn-ranges"](b"203.0.113.0\t203.0.113.255\t64500\tNL\tEXAMPLE-NET\n", "ip2asn")
LISTED = parse_list(b"# bad\n203.0.113.64/30\n", ListFormat.TXT, "bad.txt")


def judged(feeds: NetworkFeeds, trust: Trust | None = None) -> tuple[list[Verdict], Surroundings]:
    state = State()
    merge(state, fold([call(VICTIM, 14, THIEF)]))
    around = Surroundings(Inventory(()), trust or Trust(), RANGES, state.accounts, feeds)
    return list(judge_all(state, around)), around


def network(verdict: Verdict) -> list[tuple[float, str]]:
    return [(one.weight, one.sentence) for one in verdict.evidence if one.signal == "network"]


def test_an_address_of_which_feeds_say_nothing_gives_no_evidence() -> None:
    (verdict,), _ = judged(NetworkFeeds())
    assert not network(verdict)


def test_an_owner_and_a_country_are_words_and_no_evidence() -> None:
    feeds = NetworkFeeds((OWNER,))
    (verdict,), around = judged(feeds)
    assert not network(verdict)
    action = finding(verdict, around.inventory, feeds)["service"]["action"]["awsApiCallAction"]  # type: ignore[index]
    assert action["remoteIpDetails"] == {
        "ipAddressV4": THIEF,
        "country": {"countryCode": "NL"},
        "organization": {"asn": "64500", "asnOrg": "EXAMPLE-NET", "org": "EXAMPLE-NET"},
    }


def test_a_tor_exit_speaks_for_theft_and_names_the_feed() -> None:
    (verdict,), _ = judged(NetworkFeeds((TOR, OWNER)))
    ((weight, sentence),) = network(verdict)
    assert weight > 1
    assert sentence == (
        "203.0.113.66 is a Tor exit address, of AS64500 EXAMPLE-NET, registered in NL "
        "(by tor-exits, ip2asn)."
    )


def test_a_threat_list_of_ones_own_speaks_loudest_and_stands_in_the_finding() -> None:
    feeds = NetworkFeeds((TOR,), (LISTED,))
    (verdict,), around = judged(feeds)
    ((weight, sentence),) = network(verdict)
    assert weight == 3.0
    assert "on the threat list bad.txt" in sentence
    service = finding(verdict, around.inventory, feeds)["service"]
    assert service["evidence"] == {  # type: ignore[index]
        "threatIntelligenceDetails": [{"threatListName": "bad.txt", "threatNames": []}]
    }


def test_a_trusted_list_trusts_and_is_named() -> None:
    """A trusted list wins over a threat list, as in GuardDuty; and it is said that it was used."""
    verdicts, around = judged(NetworkFeeds((), (LISTED,)), Trust(lists=(LISTED,)))
    assert not verdicts
    assert dict(around.used) == {
        "network.trusted 203.0.113.64/30 (trusted list bad.txt, line 2)": 1
    }
