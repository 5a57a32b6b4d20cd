"""judge: one role session in, verdicts out. A pure function, run when something new is merged.

The pieces of the session and of its lineage are placed, those that are not at home are gathered by
remote party, and each party is weighed by all signals together.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from truant.detection import impostor
from truant.detection.baseline import Baseline
from truant.detection.lineage import descendants, sightings_of
from truant.detection.party import Dossier, Neighbours, Party
from truant.detection.pieces import Piece, pieces
from truant.detection.place import Placement, Subject, Surroundings
from truant.detection.regrouping import regrouped
from truant.detection.scoring import PRIOR, THRESHOLD, evidence_of
from truant.detection.standing import (
    KeyStanding,
    Mints,
    SessionClass,
    Standings,
    claims_instance,
    class_of,
    standings,
)
from truant.detection.stray import strays_of
from truant.detection.unheard import set_apart
from truant.model.fact import EC2, Mint
from truant.model.finding import (
    HIGH,
    MEDIUM,
    FindingType,
    Home,
    Verdict,
)
from truant.model.network import Place, neighbourhood
from truant.model.role_session import RoleSession
from truant.model.sighting import Sighting

HOME_SENTENCES_MAX = 40
ISSUANCE_MAX = LINEAGE_MAX = 200
TYPES = {
    Place.OUTSIDE_AWS: FindingType.OUTSIDE_AWS,
    Place.UNLISTED: FindingType.OUTSIDE_AWS,
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
    endpoint_owners: Mapping[str, str]
    baseline: Baseline | None = None

    def named(self, sighting: Sighting) -> Sighting:
        """A sighting whose origin says who owns the endpoint, if any record says it.

        Not every service writes it (STS, IAM and CloudWatch Logs do not).
        """
        origin = sighting.origin
        owner = self.endpoint_owners.get(origin.endpoint or "")
        if owner is None or origin.endpoint_account is not None:
            return sighting
        return replace(sighting, origin=replace(origin, endpoint_account=owner))


def judge(session: RoleSession, bench: Bench) -> list[Verdict]:
    """Every verdict on a session that carries an instance's id; none for other sessions.

    Verdicts below `scoring.THRESHOLD` are given too: they say what was looked at and let be.
    """
    instance = session.instance
    if instance is None or not claims_instance(session):
        return []
    subject = _subject(session, instance, bench)
    own, forged, standing = _by_standing(session, subject, bench)
    verdicts = list(impostor.verdicts(session, subject, forged, bench.mints, bench.around))
    if own:
        verdicts += _thefts(session, subject, own, standing, bench)
    return sorted(verdicts, key=lambda verdict: (verdict.type, verdict.party))


def _subject(session: RoleSession, instance: str, bench: Bench) -> Subject:
    inventory = bench.around.inventory
    account = inventory.always(instance, "account") or session.identity.account
    region = inventory.always(instance, "region") or session.identity.region
    return Subject(instance, account, region or _issued_in(session, bench.mints))


def _issued_in(session: RoleSession, mints: Mints) -> str | None:
    """The region in which EC2 issued the session's keys: that of the instance."""
    keys = {sighting.key or "" for sighting in session.sightings}
    issued = (mint for key in keys if (mint := mints.by_key.get(key)) and mint.issuer == EC2)
    return min((mint.region for mint in issued if mint.region), default=None)


def _by_standing(
    session: RoleSession, subject: Subject, bench: Bench
) -> tuple[list[Sighting], list[Sighting], Standings]:
    """The sightings of the instance's own keys, and those of keys that only bear its name."""
    standing = standings(session, bench.mints)
    own: list[Sighting] = []
    others: list[Sighting] = []
    for sighting in sorted(session.sightings, key=_order):
        found = standing[sighting.key]
        forged = found is KeyStanding.FORGED or (
            found is KeyStanding.CLAIMED
            and impostor.is_unissued(sighting, subject, bench.mints, bench.around)
        )
        (others if forged else own).append(sighting)
    return own, others, {sighting.key: standing[sighting.key] for sighting in own}


def _order(sighting: Sighting) -> tuple[object, ...]:
    """Their order in time, and among those of one second a fixed one."""
    return (sighting.first, not sighting.key, sighting.key, sighting.origin.order, sighting.day)


def _thefts(
    session: RoleSession,
    subject: Subject,
    own: list[Sighting],
    standing: Standings,
    bench: Bench,
) -> Iterator[Verdict]:
    made = descendants(session.principal_id, (key for key in standing if key), bench.mints)
    family = [(session.principal_id, sighting) for sighting in own]
    family += _of_lineage(made, subject, bench)
    told = (
        piece
        for principal, sighting in sorted(family, key=lambda one: (*_order(one[1]), one[0]))
        for piece in pieces(principal, bench.named(sighting), subject, bench.around)
    )
    placed = regrouped(list(told))
    placed = set_apart(placed, standing, subject, bench.around)
    dossier = Dossier(placed, standing, made)
    parties: dict[str, list[Piece]] = defaultdict(list)
    for piece in placed:
        if _can_stray(piece, class_of(session)):
            parties[party_name(piece)].append(piece)
    seen = _seen_at_home(placed)
    for name, strays in parties.items():
        party = Party(
            session=session,
            subject=subject,
            around=bench.around,
            mints=bench.mints,
            neighbours=bench.neighbours,
            name=name,
            strays=tuple(strays),
            dossier=dossier,
            baseline=bench.baseline,
        )
        yield _verdict(party, seen)


def _of_lineage(made: list[Mint], subject: Subject, bench: Bench) -> Iterator[tuple[str, Sighting]]:
    """What keys of the lineage did, but for those that are an instance's own and judged as such.

    The identity role of an instance fetches the keys of Systems Manager's default management.
    """
    known: dict[str, Standings] = {}
    for owner, sighting in sightings_of(made, bench.by_key):
        name = owner.principal_id
        if owner.instance == subject.instance and name not in known:
            known[name] = standings(owner, bench.mints)
        if known.get(name, {}).get(sighting.key) is not KeyStanding.PROVEN:
            yield name, sighting


def _can_stray(piece: Piece, kind: SessionClass) -> bool:
    """Whether a piece is of interest. EC2's own infrastructure works from all over AWS."""
    place = piece.placement.place
    if kind is SessionClass.INFRASTRUCTURE:
        return place is Place.OUTSIDE_AWS
    return not piece.is_home and place is not Place.AWS_SERVICE


def party_name(piece: Piece) -> str:
    """The remote party in a finding's key: its account where it is known, else its network.

    Only that knowledge counts, and what the record itself says, so that a finding keeps its id
    when more becomes known of what holds an address.
    """
    placement, origin = piece.placement, piece.sighting.origin
    kind = TYPES[placement.place].rsplit(".", 1)[-1]
    if placement.place is Place.OTHER_INSTANCE:
        return f"{kind}:same-account"
    if placement.account and placement.place is not Place.UNKNOWABLE:
        return f"{kind}:{placement.account}"
    network = neighbourhood(origin.address or "")
    if placement.place is Place.FOREIGN_ACCOUNT:
        return f"{kind}:{network} behind endpoints"  # one for each service, and one network
    is_outside = placement.place in (Place.OUTSIDE_AWS, Place.UNLISTED)
    return f"{kind}:{network if is_outside else origin.endpoint or network}"


def _verdict(party: Party, seen: tuple[str, ...]) -> Verdict:
    worst = party.worst.placement
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
        evidence=evidence_of(party),
        strays=strays_of(party.strays),
        home=_home(party, seen),
        issuance=tuple(_issuance(party))[:ISSUANCE_MAX],
        lineage=tuple(_lineage(party))[:LINEAGE_MAX],
        is_claim=KeyStanding.PROVEN not in party.dossier.standing.values(),
        network=worst.network,
    )


def _severity(worst: Placement) -> float:
    near = worst.affiliated or TYPES[worst.place] is FindingType.OTHER_INSTANCE
    return MEDIUM if near else HIGH


def _regions(party: Party) -> set[str]:
    return {region for piece in party.strays for region in piece.sighting.regions}


def _issuance(party: Party) -> Iterator[Mint]:
    for key in sorted({piece.sighting.key or "" for piece in party.strays}):
        mint = party.mints.by_key.get(key)
        if mint is not None:
            yield mint


def _lineage(party: Party) -> Iterator[Mint]:
    """Of the keys made, those made by strangers, and those used from there."""
    keys = {piece.sighting.key for piece in party.strays} | party.dossier.suspect
    return (mint for mint in party.made if mint.key in keys)


def _seen_at_home(placed: list[Piece]) -> tuple[str, ...]:
    seen = {f"{p.sighting.origin}: {p.placement.reason}" for p in placed if p.is_home}
    return tuple(sorted(seen)[:HOME_SENTENCES_MAX])


def _home(party: Party, seen: tuple[str, ...]) -> Home:
    ways = party.around.ways_at(party.subject.instance, party.worst.first)
    expected = sorted({**ways.own, **ways.out}.values())
    return Home(tuple(expected[:HOME_SENTENCES_MAX]), seen, ways.known)


def is_finding(verdict: Verdict) -> bool:
    """Whether a verdict is to be told: probable enough."""
    return verdict.probability >= THRESHOLD
