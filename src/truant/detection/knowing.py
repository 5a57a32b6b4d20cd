"""What is known beside a finding: who else uses its role, which accounts are whose, its subnet."""

from collections.abc import Set

from truant.detection.finding_case import Case
from truant.detection.inventory import ORGANIZATION, Inventory
from truant.detection.plan import Knowledge, RoleUser


def knowledge(
    case: Case,
    inventory: Inventory,
    users: tuple[RoleUser, ...] | None = None,
    members: Set[str] = frozenset(),
) -> Knowledge:
    """What a plan is told. `users`: of the finding's role; None where nobody looked.

    `members`: accounts that are monitored together.
    """
    organization = frozenset(inventory.ever(ORGANIZATION, "accounts"))
    return Knowledge(users, frozenset(members), organization, _beside(case.instance, inventory))


def _beside(instance: str, inventory: Inventory) -> tuple[str, ...] | None:
    """The other instances of its subnet; None where its subnet is not known."""
    own = inventory.subnet_of(instance)
    if own is None:
        return None
    others = (one for one in inventory.by_instance if one != instance)
    return tuple(sorted(one for one in others if inventory.subnet_of(one) == own))
