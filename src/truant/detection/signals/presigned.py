"""Presigned S3 URLs: sent by whoever was given them, so that their origin says nothing."""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence
from truant.model.network import Via

WEIGHT = -10.0  # fitted: -9.72; alone, such calls are never a finding


def observe(party: Party) -> Iterator[Evidence]:
    """Speak against theft where every call from there was a presigned one."""
    if all(piece.sighting.origin.via is Via.PRESIGNED for piece in party.strays):
        sentence = (
            "Every call from there used a presigned S3 URL, which the instance may have handed out."
        )
        yield Evidence("presigned", WEIGHT, sentence)
