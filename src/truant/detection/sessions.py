"""Sessions: a mapping of role sessions that keeps the most of them as bytes.

Those asked for or changed lately are kept as they are; when they grow many, all are made compact.
So a million sessions fit into some hundred megabytes, and a small scan pays nothing.
"""

from collections.abc import Callable, Iterable, Iterator, MutableMapping

from truant.detection.compact import Texts, compact, opened
from truant.model.role_session import RoleSession, join_session
from truant.model.session_form import pack, unpack

OPEN_MAX = 8_000  # about 32 MB


class Sessions(MutableMapping[str, RoleSession]):
    """Role sessions by principal. Who changes one puts it back: what comes out is a copy."""

    def __init__(self, open_max: int = OPEN_MAX) -> None:
        self._open: dict[str, RoleSession] = {}
        self._compact: dict[str, bytes] = {}
        self._texts = Texts()
        self._open_max = open_max

    def __getitem__(self, principal: str) -> RoleSession:
        found = self._open.get(principal)
        return opened(principal, self._compact[principal], self._texts) if found is None else found

    def __setitem__(self, principal: str, session: RoleSession) -> None:
        self._open[principal] = session
        self._compact.pop(principal, None)
        if len(self._open) > self._open_max:
            self.make_compact()

    def __delitem__(self, principal: str) -> None:
        if self._open.pop(principal, None) is None:
            del self._compact[principal]

    def __iter__(self) -> Iterator[str]:
        yield from self._open
        yield from self._compact

    def __len__(self) -> int:
        return len(self._open) + len(self._compact)

    def __contains__(self, principal: object) -> bool:
        return principal in self._open or principal in self._compact

    def __reduce__(self) -> tuple[Callable[[list[bytes]], "Sessions"], tuple[list[bytes]]]:
        """Travel between processes in the form that is made for it: a third of the time."""
        return _unpacked, ([pack(session) for session in self.values()],)

    def join(self, session: RoleSession) -> None:
        """Join a session to what is known of it."""
        principal = session.principal_id
        self[principal] = join_session(self[principal], session) if principal in self else session

    def make_compact(self) -> None:
        """Make every session compact."""
        for principal, session in self._open.items():
            self._compact[principal] = compact(session, self._texts)
        self._open.clear()


def _unpacked(packed: Iterable[bytes]) -> Sessions:
    sessions = Sessions()
    for session in map(unpack, packed):
        sessions[session.principal_id] = session
    return sessions
