"""What silences a finding as it is created: suppression rules, and a detector that is off.

Nothing is silenced without the rule being named.
"""

from collections.abc import Mapping

from msgspec import Struct
from sqlalchemy import Connection

from truant.connectors.store import detectors, filters, members
from truant.connectors.store.detectors import Detector
from truant.connectors.store.findings import Because
from truant.connectors.store.members import ASSOCIATED
from truant.detection.criteria import BadCriteria, Criteria, criteria, meets


class Silence(Struct, frozen=True):
    """Why a finding is archived as it comes, and by which rule."""

    because: Because
    rule: str


class Ruling(Struct, frozen=True):
    """What holds for the findings of one account and region.

    `detector` is the account's own; `chief` that of its administrator, or its own.
    """

    detector: Detector
    chief: Detector
    suppressions: tuple[tuple[str, Criteria], ...]

    def silence(self, document: Mapping[str, object]) -> Silence | None:
        """What silences a finding, or None: its detector, or the first rule in order of rank."""
        if not self.detector.is_on:
            state = self.detector.status.value.lower()
            return Silence(Because.DETECTOR, f"detector {self.detector.id} is {state}")
        for name, wanted in self.suppressions:
            if meets(document, wanted):
                return Silence(Because.SUPPRESSED, f"filter {name}")
        return None


class Rulings:
    """Rulings within one transaction, each worked out once; makes detectors that are not there."""

    def __init__(self, conn: Connection, at: int) -> None:
        """Work at a time (milliseconds)."""
        self._conn, self._at = conn, at
        self._found: dict[tuple[str, str], Ruling] = {}
        self._chief = members.administrator(conn)

    def of(self, account: str, region: str) -> Ruling:
        """The ruling for an account and region."""
        if (account, region) not in self._found:
            self._found[account, region] = self._work_out(account, region)
        return self._found[account, region]

    def _work_out(self, account: str, region: str) -> Ruling:
        detector = detectors.ensure(self._conn, account, region, self._at)
        chief = detector
        if self._chief is not None and self._chief != account and self._is_member(account):
            chief = detectors.ensure(self._conn, self._chief, region, self._at)
        return Ruling(detector, chief, _suppressions(self._conn, chief.id, self._at))

    def _is_member(self, account: str) -> bool:
        found = members.of_accounts(self._conn, [account]).get(account)
        return found is not None and found.status in ASSOCIATED


def _suppressions(conn: Connection, detector_id: str, at: int) -> tuple[tuple[str, Criteria], ...]:
    found = []
    for one in filters.of_detector(conn, detector_id):
        criterion = one.criteria.get("criterion")
        expired = one.expires_at is not None and one.expires_at <= at
        if expired or one.action != filters.ARCHIVE or not isinstance(criterion, Mapping):
            continue
        try:
            found.append((one.name, criteria(criterion)))
        except BadCriteria:
            continue  # the API takes none such; nothing is silenced by what cannot be read
    return tuple(found)
