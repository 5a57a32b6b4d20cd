"""What the detector says: evidence, verdict, and the finding's kind and key."""

import hashlib
import math
from enum import StrEnum

from msgspec import Struct

from truant.model.fact import Mint
from truant.model.network import Origin, Place
from truant.model.sighting import CallNote, Made


class FindingType(StrEnum):
    """GuardDuty's two types, and Truant's own two."""

    OUTSIDE_AWS = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"
    INSIDE_AWS = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS"
    OTHER_INSTANCE = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OtherInstance"
    IMPOSTOR = "Stealth:IAMUser/InstanceSessionImpostor"


# GuardDuty's bands: Low 1.0-3.9, Medium 4.0-6.9, High 7.0-8.9.
HIGH, MEDIUM, LOW = 8.0, 5.0, 2.0


class Evidence(Struct, frozen=True):
    """What one signal says: its weight in log-odds (natural), one sentence, the calls meant."""

    signal: str
    weight: float
    sentence: str
    event_ids: tuple[str, ...] = ()


class Stray(Struct, frozen=True):
    """The use of one key from one origin that is not the instance's, over a time."""

    key: str | None
    principal_id: str
    origin: Origin
    place: Place
    reason: str
    first: int
    last: int
    count: int
    is_exact: bool
    apis: tuple[str, ...]
    regions: tuple[str, ...]
    agents: tuple[str, ...]
    errors: tuple[str, ...]
    calls: tuple[CallNote, ...]
    made: tuple[Made, ...]
    delivery: str | None = None


class Home(Struct, frozen=True):
    """Where the instance could speak from at the time of the theft, and where it was seen."""

    expected: tuple[str, ...]  # sentences
    seen: tuple[str, ...]
    is_known: bool


class Verdict(Struct, frozen=True):
    """The judgement of one role session against one remote party."""

    type: FindingType
    severity: float
    principal_id: str
    account: str | None
    role_name: str | None
    role_arn: str | None
    instance: str
    region: str
    party: str
    remote_account: str | None
    is_affiliated: bool
    prior: float
    evidence: tuple[Evidence, ...]
    strays: tuple[Stray, ...]
    home: Home
    issuance: tuple[Mint, ...] = ()
    lineage: tuple[Mint, ...] = ()
    is_claim: bool = False
    network: str | None = None

    @property
    def probability(self) -> float:
        """The probability that the credential was carried off."""
        return probability(self.prior, self.evidence)

    @property
    def id(self) -> str:
        """The finding's id: the same for the same type, role session and remote party, always."""
        return finding_id(self.type, self.principal_id, self.party)


def probability(prior: float, evidence: tuple[Evidence, ...]) -> float:
    """Log-odds added up and turned into a probability, rounded so that it prints as it is."""
    log_odds = prior + sum(one.weight for one in evidence)
    return round(1 / (1 + math.exp(-max(-40.0, min(40.0, log_odds)))), 4)


def finding_id(kind: str, principal_id: str, party: str) -> str:
    """32 hexadecimal digits, as GuardDuty's ids are."""
    parts = "\x1f".join((kind, principal_id, party))
    return hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()[:32]
