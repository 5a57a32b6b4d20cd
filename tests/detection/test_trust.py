"""What the configuration trusts: whom, whose, and until when."""

import pytest

from truant.detection.trust import Rule, Trust
from truant.model.network import Origin, Via

OURS, OTHER = "111111111111", "222222222222"
OFFICE = Rule("office", cidr="198.51.100.0/24")


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("198.51.100.7", True),
        ("198.51.100.255", True),
        ("198.51.101.0", False),
        ("::ffff:c633:6407", False),
        ("2001:db8::1", False),
    ],
)
def test_a_network_is_trusted_and_no_address_beside_it(address: str, trusted: bool) -> None:
    assert bool(Trust(rules=(OFFICE,)).by_address(address, OURS, 0)) is trusted


def test_a_rule_may_be_for_the_instances_of_some_accounts() -> None:
    rule = Rule("office", cidr="198.51.100.0/24", accounts=(OURS,))
    trust = Trust(rules=(rule,))
    assert trust.by_address("198.51.100.7", OURS, 0) is rule
    assert trust.by_address("198.51.100.7", OTHER, 0) is None
    assert trust.by_address("198.51.100.7", None, 0) is None


def test_a_rule_is_compared_with_the_time_of_the_call() -> None:
    """Replaying old logs gives the old answer."""
    trust = Trust(rules=(Rule("office", cidr="198.51.100.0/24", expires=100),))
    assert trust.by_address("198.51.100.7", OURS, 99)
    assert not trust.by_address("198.51.100.7", OURS, 100)
    assert trust.changes == (100,)
    assert Trust(rules=(OFFICE,)).changes == ()


def test_each_kind_of_rule_trusts_only_its_own_kind() -> None:
    endpoint, account = Rule("x", vpc_endpoint="vpce-1"), Rule("y", account=OTHER)
    trust = Trust(rules=(OFFICE, endpoint, account))
    through = Origin(Via.DIRECT, "198.51.100.7", "vpce-1", OTHER)
    assert trust.by_endpoint(through, OURS, 0) is endpoint
    assert trust.by_endpoint(Origin(Via.DIRECT, "198.51.100.7"), OURS, 0) is None
    assert trust.by_endpoint(Origin(Via.DIRECT, "198.51.100.7", "vpce-2"), OURS, 0) is None
    assert trust.by_account(OTHER, OURS, 0) is account
    assert trust.by_account(None, OURS, 0) is None
    assert trust.by_address("10.0.0.1", OURS, 0) is None


def test_the_first_rule_that_fits_is_named() -> None:
    wide = Rule("all of it", cidr="198.51.0.0/16")
    assert Trust(rules=(OFFICE, wide)).by_address("198.51.100.7", OURS, 0) is OFFICE
    assert Trust(rules=(wide, OFFICE)).by_address("198.51.100.7", OURS, 0) is wide


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (OFFICE, "network.trusted 198.51.100.0/24 (office)"),
        (Rule("x", vpc_endpoint="vpce-1"), "network.trusted vpce-1 (x)"),
        (Rule("y", account=OTHER), f"network.trusted account {OTHER} (y)"),
    ],
)
def test_a_rule_is_named_as_it_stands_in_the_configuration(rule: Rule, name: str) -> None:
    assert str(rule) == name


def test_who_is_monitored_together() -> None:
    """Named accounts, or else those whose inventory or trail is at hand."""
    assert Trust(OURS, frozenset({OTHER})).monitored(["3" * 12]) == {OURS, OTHER}
    assert Trust(OURS).monitored([OTHER]) == {OURS}
    assert Trust(members=frozenset({OTHER})).monitored([OURS]) == {OTHER}
    assert Trust().monitored([OURS, OTHER]) == {OURS, OTHER}
