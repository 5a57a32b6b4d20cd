"""What really happened in a simulated world: the answer sheet beside the logs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from truant.simulator.actions import Json
from truant.simulator.identity import stamp

OUTSIDE_AWS = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"
INSIDE_AWS = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS"
OTHER_INSTANCE = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OtherInstance"
IMPOSTOR = "Stealth:IAMUser/InstanceSessionImpostor"

# What somebody must be given, to be able to see a theft.
LOGS = "logs"
INVENTORY = "inventory"
FLOW_LOGS = "flow-logs"
UNOBSERVABLE = "unobservable"

HIGH = 8.0
MEDIUM = 5.0
LOW = 2.0


@dataclass(frozen=True)
class Remote:
    """Who used the key: the account where it can be known, the addresses, the endpoint."""

    account: str | None
    addresses: tuple[str, ...]
    endpoint: str | None = None


@dataclass(frozen=True)
class Expected:
    """One finding that a perfect detector raises; its count is the number of event ids.

    `needs` lists the inputs without which it cannot be seen; `derived` are calls made with keys
    that the stolen key made; `reason` says why an unobservable theft is one.
    """

    type: str
    severity: float
    affiliated: bool | None
    remote: Remote
    event_ids: tuple[str, ...]
    keys: tuple[str, ...]
    first: datetime
    last: datetime
    needs: tuple[str, ...]
    derived: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Session:
    """One role session that was simulated; a clean one has no findings.

    The instance is None for a session that no instance has (a Lambda function's).
    """

    scenario: str
    principal: str
    instance: str | None
    account: str
    stolen: bool
    findings: tuple[Expected, ...] = ()


@dataclass(frozen=True)
class Truth:
    """All role sessions of a simulation."""

    sessions: tuple[Session, ...] = field(default=())

    def document(self) -> Json:
        """The truth as plain JSON values, as in `truth.json`."""
        return {"sessions": [_session(session) for session in self.sessions]}


def merged(truths: Iterable[tuple[Session, ...]]) -> Truth:
    """One truth of many worlds, in a fixed order."""
    sessions = [session for found in truths for session in found]
    return Truth(tuple(sorted(sessions, key=lambda s: (s.scenario, s.principal))))


def _session(session: Session) -> Json:
    return {
        "scenario": session.scenario,
        "principalId": session.principal,
        "instance": session.instance,
        "account": session.account,
        "stolen": session.stolen,
        "findings": [_finding(finding) for finding in session.findings],
    }


def _finding(finding: Expected) -> Json:
    return {
        "type": finding.type,
        "severity": finding.severity,
        "affiliated": finding.affiliated,
        "remote": {
            "account": finding.remote.account,
            "addresses": list(finding.remote.addresses),
            "endpoint": finding.remote.endpoint,
        },
        "eventIds": list(finding.event_ids),
        "count": len(set(finding.event_ids)),
        "accessKeyIds": list(finding.keys),
        "firstSeen": stamp(finding.first),
        "lastSeen": stamp(finding.last),
        "needs": list(finding.needs),
        "derivedEventIds": list(finding.derived),
        "reason": finding.reason,
    }
