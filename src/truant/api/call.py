"""A call: who asks for what, when, within which transaction; and what he may see of the store."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from truant.api.errors import NOT_OWNED, BadRequest
from truant.connectors.store import detectors, members
from truant.connectors.store.detectors import Detector, Status
from truant.connectors.store.findings import Scope
from truant.detection.findings import partition

Given = Mapping[str, Any]
Output = Mapping[str, object]


class Call(Struct, frozen=True):
    """One verified call. `now`: milliseconds; `actor`: the key that signed, for histories."""

    conn: Connection
    account: str
    region: str
    actor: str
    now: int

    def detector(self, given: Given) -> Detector:
        """The caller's own detector that a request names. Raises BadRequest."""
        found = detectors.find(self.conn, self.account, self.region)
        if found is None or found.status is Status.DELETED or found.id != given["DetectorId"]:
            raise BadRequest(NOT_OWNED)
        return found

    def scope(self, detector: Detector) -> Scope:
        """The findings that a detector shows: its account's, and for the administrator all."""
        accounts = {detector.account}
        if self.is_administrator:
            accounts |= members.associated(self.conn)
        return Scope(detector.region, frozenset(accounts))

    @property
    def is_administrator(self) -> bool:
        """Whether the caller's account administers others."""
        return members.administrator(self.conn) == self.account

    def only_administrator(self) -> None:
        """Refuse members what GuardDuty leaves to their administrator. Raises BadRequest."""
        if not self.is_administrator and self.account in members.associated(self.conn):
            raise BadRequest(
                "The request failed because the calling account is a member account; only its "
                "administrator account may do this."
            )

    def arn(self, detector_id: str, resource: str = "") -> str:
        """The ARN of a detector, or of a resource of it."""
        where = f"{partition(self.region)}:guardduty:{self.region}:{self.account}"
        return f"arn:{where}:detector/{detector_id}{resource}"
