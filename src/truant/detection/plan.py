"""A plan: steps that a person may let be done, what was chosen, and what is known beside it."""

from msgspec import Struct

from truant.model.aws_call import Call


class RoleUser(Struct, frozen=True, order=True):
    """An instance (or another session) that uses a role, and when it was last seen to."""

    name: str
    last: int


class Options(Struct, frozen=True):
    """What a person chose. `now`: epoch seconds, for revoking what was issued before it.

    `whole_role`: revoke all sessions of the role, not this one alone. `profile`: an instance
    profile of one's own to put in place of the instance's; without one, an empty one is made.
    `terminate`: end the instance. `network_acl`: cut tracked connections, with all of its subnet.
    """

    now: int = 0
    whole_role: bool = False
    profile: str | None = None
    terminate: bool = False
    network_acl: bool = False


class Knowledge(Struct, frozen=True):
    """What is known beside the finding: who uses the role, and which accounts are whose.

    `users`: None where nobody looked. `neighbours`: what else is in the instance's subnet.
    """

    users: tuple[RoleUser, ...] | None = None
    members: frozenset[str] = frozenset()
    organization: frozenset[str] = frozenset()
    neighbours: tuple[str, ...] | None = None


class Step(Struct, frozen=True):
    """One step: what, why, what it breaks, and the exact calls. `name`: by which it is chosen.

    `is_done`: a machine can do it, if a person says so; else it is for the person.
    """

    name: str
    title: str
    why: str
    breaks: str
    calls: tuple[Call, ...]
    is_done: bool = True

    @property
    def commands(self) -> tuple[str, ...]:
        """The calls as commands of the AWS CLI."""
        return tuple(map(str, self.calls))

    @property
    def can_be_undone(self) -> bool:
        """Whether each call that changes something can be taken back, or may well stay."""
        return all(call.looks or call.undo or call.stays for call in self.calls)


NO_OPTIONS, NOTHING_KNOWN = Options(), Knowledge()
