"""A client that the instance never had corroborates, where its own are known."""

import pytest

from tests.detection.records import (
    AWS,
    HOME,
    LINUX,
    MAC,
    OUTSIDE,
    call,
    judged,
    network,
    said,
    verdict_at,
)
from truant.model.finding import Evidence

KALI = "aws-cli/2.1 Linux/5.10.0-kali9-amd64"


def client(stray: str, own: str, source: str = OUTSIDE, *, known: bool = True) -> list[Evidence]:
    records = [call(HOME, 0, userAgent=own), call(source, 9, userAgent=stray)]
    return said("client", verdict_at(source, judged(records, network() if known else ())))


def test_the_instances_own_client_is_no_evidence() -> None:
    assert not client(LINUX, LINUX)


def test_another_version_of_the_same_program_is_no_evidence() -> None:
    assert not client("Boto3/1.20 Linux/5.4", "Boto3/1.34 Linux/6.1")


def test_another_program_speaks_for_theft() -> None:
    (evidence,) = client("aws-sdk-go/1.5 (linux)", LINUX)
    assert evidence.weight > 0
    assert "aws-sdk-go" in evidence.sentence
    assert "Boto3" in evidence.sentence


def test_another_program_says_nothing_where_the_place_may_be_the_instances_own() -> None:
    """Agents and applications leave by different ways."""
    assert not client("aws-sdk-go/1.5 (linux)", LINUX, AWS, known=False)


def test_another_operating_system_speaks_for_theft() -> None:
    system, program = client(MAC, LINUX)
    assert "macOS" in system.sentence
    assert "Linux" in system.sentence
    assert program.weight < system.weight


def test_a_client_made_for_attacks_speaks_loudest_unless_it_is_the_instances_own() -> None:
    assert client(KALI, LINUX)[0].weight > client(MAC, LINUX)[0].weight
    assert not client(KALI, KALI)


def test_macos_alone_says_a_little_where_home_is_unknown() -> None:
    (evidence,) = client(MAC, LINUX, known=False)
    assert 0 < evidence.weight <= 1


@pytest.mark.parametrize("agent", ["A" * 1_000_000, "\u202emac\x1b[2J", "", "\u202e" * 300])
def test_hostile_clients_are_quoted_short(agent: str) -> None:
    for evidence in client(agent, LINUX):
        assert len(evidence.sentence) < 500
