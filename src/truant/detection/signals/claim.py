"""Only the name of the session says that it is the instance's."""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.detection.standing import KeyStanding
from truant.model.finding import Evidence

WEIGHT = -1.0  # by hand: old records prove nothing, so that they would hide every theft


def observe(party: Party) -> Iterator[Evidence]:
    """Speak against theft where no record proves that EC2 delivered any key of the session."""
    if KeyStanding.PROVEN not in party.dossier.standing.values():
        sentence = (
            f"That these keys are {party.subject.instance}'s is said by the session's name only: "
            "no record at hand shows EC2 issuing or delivering any of them."
        )
        yield Evidence("claim", WEIGHT, sentence)
