"""judge: one role session in, verdicts out. A pure function, run when something new is merged.

The pieces of the session and of its lineage are placed, those that are not at home are gathered by
remote party, and each party is weighed by all signals together.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from truant.detection import impostor
from truant.detection.baseline import Baseline
from truant.detection.lineage import descendants, sightings_of
from truant.detection.party import Neighbours, Party
from truant.detection.pieces import Piece, pieces
from truant.detection.place import Placement, Subject, Surroundings
from truant.detection.scoring import PRIOR, THRESHOLD, evidence_of
from truant.detection.standing import (
    KeyStanding,
    Mints,
    SessionClass,
    class_of,
    key_standing,
)
from truant.detection.stray import stray_of
from truant.detection.unheard import set_apart
from truant.model.fact import Mint
from truant.model.finding import (
    HIGH,
    MEDIUM,
    FindingType,
    Home,
    Verdict,
)
from truant.model.network import Place
from truant.model.role_session import RoleSession
from truant.model.sighting import Sighting

HOME_SENTENCES_MAX = 40
STRAYS_MAX = 200
TYPES = {
    Place.OUTSIDE_AWS: FindingType.OUTSIDE_AWS,
    Place.FOREIGN_ACCOUNT: FindingType.INSIDE_AWS,
    Place.AWS_UNKNOWN: FindingType.INSIDE_AWS,
    Place.AFFILIATED: FindingType.INSIDE_AWS,
    Place.UNKNOWABLE: FindingType.INSIDE_AWS,
    Place.OTHER_INSTANCE: FindingType.OTHER_INSTANCE,
    Place.UNHEARD: FindingType.OTHER_INSTANCE,
}

KeyIndex = Mapping[str, list[tuple[RoleSession, Sighting]]]


class Bench(Struct, frozen=True):
    """What a judge has at hand beside the session itself."""

    around: Surroundings
    mints: Mints
    by_key: KeyIndex
    neighbours: Neighbours
    baseline: Baseline | None = None


def judge(session: RoleSession, bench: Bench) -> list[Verdict]:
    """Every verdict on a session that carries an instance's id; none for other sessions.

    Verdicts below `scoring.THRESHOLD` are given too: they say what was looked at and let be.
    """
    instance = session.instance
    if instance is None or class_of(session) is SessionClass.INFRASTRUCTURE:
        return []
    subject = _subject(session, instance, bench)
    own, forged = _by_standing(session, subject, bench)
    verdicts = list(impostor.verdicts(session, subject, forged, bench.mints, bench.around))
    if own:
        verdicts += _thefts(session, subject, own, bench)
    return sorted(verdicts, key=lambda verdict: (verdict.type, verdict.party))


def _subject(session: RoleSession, instance: str, bench: Bench) -> Subject:
    inventory = bench.around.inventory
    account = inventory.always(instance, "account") or session.identity.account
    region = inventory.always(instance, "region") or session.identity.region
    return Subject(instance, account, region)


def _by_standing(
    session: RoleSession, subject: Subject, bench: Bench
) -> tuple[list[Sighting], list[Sighting]]:
    """The sightings of the instance's own keys, and those of keys that only bear its name."""
    own: list[Sighting] = []
    others: list[Sighting] = []
    for sighting in session.sightings:
        standing = key_standing(session, sighting.key, bench.mints)
        forged = standing is KeyStanding.FORGED or (
            standing is KeyStanding.CLAIMED
            and impostor.is_unissued(sighting, subject, bench.mints, bench.around)
        )
        (others if forged else own).append(sighting)
    return own, others


def _thefts(
    session: RoleSession, subject: Subject, own: list[Sighting], bench: Bench
) -> Iterator[Verdict]:
    made = descendants({s.key for s in own if s.key}, bench.mints)
    family = [(session.principal_id, sighting) for sighting in own]
    family += sightings_of(made, bench.by_key)
    placed = [
        piece
        for principal, sighting in sorted(family, key=_family_order)
        for piece in pieces(principal, sighting, subject, bench.around)
    ]
    placed = set_apart(placed, session, subject, bench.mints, bench.around)
    parties: dict[str, list[Piece]] = defaultdict(list)
    for piece in placed:
        if _can_stray(piece):
            parties[_party_name(piece)].append(piece)
    for name, strays in parties.items():
        rest = tuple(piece for piece in placed if piece not in strays)
        party = Party(
            session,
            subject,
            bench.around,
            bench.mints,
            bench.neighbours,
            name,
            tuple(strays),
            rest,
            tuple(made),
            bench.baseline,
        )
        yield _verdict(party)


def _family_order(one: tuple[str, Sighting]) -> tuple[object, ...]:
    principal, sighting = one
    return (sighting.first, principal, sighting.key or "", sighting.origin.order, sighting.day)


def _can_stray(piece: Piece) -> bool:
    place = piece.placement.place
    return not piece.is_home and place is not Place.AWS_SERVICE


def _party_name(piece: Piece) -> str:
    kind = TYPES[piece.placement.place].rsplit(".", 1)[-1]
    return f"{kind}:{piece.placement.party}"


def _verdict(party: Party) -> Verdict:
    worst = party.worst.placement
    evidence = evidence_of(party)
    session, subject = party.session, party.subject
    return Verdict(
        type=TYPES[worst.place],
        severity=_severity(worst),
        principal_id=session.principal_id,
        account=subject.account,
        role_name=session.identity.role_name,
        role_arn=session.identity.issuer_arn,
        instance=subject.instance,
        region=subject.region or min(_regions(party), default="us-east-1"),
        party=party.name,
        remote_account=worst.account,
        is_affiliated=worst.affiliated,
        prior=PRIOR,
        evidence=evidence,
        strays=tuple(map(stray_of, party.strays))[:STRAYS_MAX],
        home=_home(party),
        issuance=tuple(_issuance(party)),
        lineage=party.made,
        is_claim=_is_claim(party),
        network=worst.network,
    )


def _severity(worst: Placement) -> float:
    near = worst.affiliated or TYPES[worst.place] is FindingType.OTHER_INSTANCE
    return MEDIUM if near else HIGH


def _regions(party: Party) -> set[str]:
    return {region for piece in party.strays for region in piece.sighting.regions}


def _is_claim(party: Party) -> bool:
    return not any(
        key_standing(party.session, piece.sighting.key, party.mints) is KeyStanding.PROVEN
        for piece in (*party.strays, *party.rest)
        if piece.principal_id == party.session.principal_id
    )


def _issuance(party: Party) -> Iterator[Mint]:
    for key in sorted({piece.sighting.key or "" for piece in party.strays}):
        mint = party.mints.by_key.get(key)
        if mint is not None:
            yield mint


def _home(party: Party) -> Home:
    first = party.worst.first
    ways = party.around.ways_at(party.subject.instance, first)
    expected = sorted({**ways.own, **ways.out}.values())
    seen = sorted({f"{p.sighting.origin}: {p.placement.reason}" for p in party.home})
    return Home(tuple(expected[:HOME_SENTENCES_MAX]), tuple(seen[:HOME_SENTENCES_MAX]), ways.known)


def is_finding(verdict: Verdict) -> bool:
    """Whether a verdict is to be told: probable enough."""
    return verdict.probability >= THRESHOLD
