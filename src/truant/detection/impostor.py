"""Sessions that name themselves after an instance, with keys that EC2 never delivered.

Any caller of AssumeRole chooses the session's name. Software on an instance does so, too, with its
own instance's id: then the maker is the instance's own session, or the calls come from its home.
"""

from collections.abc import Iterator

from truant.detection.pieces import pieces
from truant.detection.place import Subject, Surroundings
from truant.detection.standing import Mints
from truant.detection.stray import strays_of
from truant.model.event_time import clock
from truant.model.fact import Mint
from truant.model.finding import LOW, Evidence, FindingType, Home, Verdict
from truant.model.network import Via, neighbourhood
from truant.model.role_session import RoleSession
from truant.model.sighting import Sighting

PRIOR = -4.0
KEYS_NAMED_MAX = 4
WEIGHT_FORGED = 6.0  # by hand: the trail shows who made the key
WEIGHT_UNISSUED = 5.0  # by hand: the trail shows issuance, and not this key's


def is_unissued(sighting: Sighting, subject: Subject, mints: Mints, around: Surroundings) -> bool:
    """Whether a key that only claims to be an instance's was not issued by EC2.

    Only where the trail shows EC2's issuing in that account at that time, so that this key's would
    be there; and not where the calls come from the instance's own home.
    """
    if sighting.key is None or sighting.created is None:
        return False
    if not mints.saw_issuance(subject.account, sighting.created):
        return False
    return not _is_harmless(sighting, subject, around)


def verdicts(
    session: RoleSession,
    subject: Subject,
    sightings: list[Sighting],
    mints: Mints,
    around: Surroundings,
) -> Iterator[Verdict]:
    """One verdict for each maker of such keys (or each network, where the maker is not known)."""
    parties: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        mint = mints.by_key.get(sighting.key or "")
        if _is_own_software(mint, sighting, subject, around):
            continue
        parties.setdefault(_party(mint, sighting), []).append(sighting)
    for party, seen in parties.items():
        yield _verdict(session, subject, party, seen, mints, around)


def _is_own_software(
    mint: Mint | None, sighting: Sighting, subject: Subject, around: Surroundings
) -> bool:
    if mint is not None and (mint.parent_principal or "").endswith(f":{subject.instance}"):
        return True
    return _is_harmless(sighting, subject, around)


def _is_harmless(sighting: Sighting, subject: Subject, around: Surroundings) -> bool:
    """Whether all of it came from the instance's home, or from AWS itself."""
    if sighting.origin.via is Via.SERVICE:
        return True
    return all(piece.is_home for piece in pieces("", sighting, subject, around))


def _party(mint: Mint | None, sighting: Sighting) -> str:
    if mint is not None:
        return f"maker:{mint.parent_principal or mint.issuer or mint.api}"
    return f"network:{neighbourhood(sighting.origin.address or '0.0.0.0')}"  # noqa: S104 no socket


def _verdict(
    session: RoleSession,
    subject: Subject,
    party: str,
    seen: list[Sighting],
    mints: Mints,
    around: Surroundings,
) -> Verdict:
    placed = [p for s in seen for p in pieces(session.principal_id, s, subject, around)]
    makers = [mint for s in seen if (mint := mints.by_key.get(s.key or "")) is not None]
    return Verdict(
        type=FindingType.IMPOSTOR,
        severity=LOW,
        principal_id=session.principal_id,
        account=session.identity.account,
        role_name=session.identity.role_name,
        role_arn=session.identity.issuer_arn,
        instance=subject.instance,
        region=subject.region or min((r for s in seen for r in s.regions), default="us-east-1"),
        party=party,
        remote_account=None,
        is_affiliated=False,
        prior=PRIOR,
        evidence=(_evidence(session, seen, makers),),
        strays=strays_of(placed),
        home=Home((), (), around.ways_at(subject.instance, seen[0].first).known),
        issuance=tuple(dict.fromkeys(makers)),
        is_claim=True,
    )


def _evidence(session: RoleSession, seen: list[Sighting], makers: list[Mint]) -> Evidence:
    name = session.session_name
    if makers:
        mint = makers[0]
        who = mint.parent_principal or mint.issuer or "an unnamed principal"
        sentence = (
            f"The session names itself {name}, but its key {mint.key} was made with {mint.api} by "
            f"{who} at {clock(mint.time)}, not by EC2 for an instance."
        )
        return Evidence("impostor", WEIGHT_FORGED, sentence, (mint.event_id,))
    keys = sorted({s.key or "(not named)" for s in seen})
    more = f" and {len(keys) - KEYS_NAMED_MAX} more" if len(keys) > KEYS_NAMED_MAX else ""
    sentence = (
        f"The session names itself {name}, but no record shows EC2 issuing its key "
        f"{', '.join(keys[:KEYS_NAMED_MAX])}{more}, and its "
        "calls do not say that the instance metadata service delivered it; the issuing of other "
        "keys at that time is recorded."
    )
    return Evidence("impostor", WEIGHT_UNISSUED, sentence)
