"""Collects the inventory of living accounts: which, in which regions, several at once.

What cannot be had is told, for each account, region and operation, and stops nothing else. What
comes is handed on as it comes, so that memory does not grow with the organization.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import TypeVar

from msgspec import Struct, field

from truant.connectors import aws_inventory
from truant.connectors.aws_api import Aws, CannotCall, Keys
from truant.connectors.aws_inventory import LIST_ACCOUNTS, OF_REGION, PAGE, Caller, Document, Role
from truant.model.uncollected import Missing

PARALLEL = 8
FRESH_SECONDS = 600  # keys that end so soon are renewed before another region is begun
ASSUME_ROLE, DESCRIBE_REGIONS = "assume-role", "describe-regions"


class CollectRequest(Struct, frozen=True):
    """What to collect. Where neither accounts nor `organization` are given: the caller's account.

    `regions`: none for all that are enabled. The caller's own account needs no role. `page`: how
    many resources one answer may hold.
    """

    accounts: tuple[str, ...] = ()
    organization: bool = False
    regions: tuple[str, ...] = ()
    role: Role | None = None
    parallel: int = PARALLEL
    page: int = PAGE


class Part(Struct):
    """What one account and region told, asked from `at` on (epoch seconds).

    The organization's list of accounts has its management account, and the region "".
    """

    account: str
    region: str
    at: int
    documents: dict[str, Document] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)


class Collected(Struct):
    """What came of it: accounts and regions that told something, and what is missing.

    `closed`: accounts of the organization that were left out because they are not active.
    """

    caller: Caller
    accounts: set[str] = field(default_factory=set)
    regions: int = 0
    missing: list[Missing] = field(default_factory=list)
    closed: int = 0


class CannotCollect(ValueError):
    """Nothing can be collected so; the message says why and what to do."""


Clock = Callable[[], int]
Result = TypeVar("Result")


def collect(
    aws: Aws,
    request: CollectRequest,
    take: Callable[[Part], None],
    clock: Clock,
    stopped: Callable[[], bool] = lambda: False,
) -> Collected:
    """Collect; `take` gets each part as it comes, always in this thread.

    `clock` gives epoch seconds. `stopped` is asked before each region: what is under way then is
    still taken. Raises CannotCollect where there is no way to begin.
    """
    try:
        result = Collected(aws_inventory.caller(aws))
    except CannotCall as error:
        raise CannotCollect(
            f"AWS does not say who asks ({error}). Give credentials, for example by AWS_PROFILE."
        ) from error
    accounts = _accounts(aws, request, result, take, clock)
    doors = [_Door(aws, request, result.caller, account, clock) for account in accounts]
    with ThreadPoolExecutor(request.parallel, thread_name_prefix="collect") as pool:
        found = _each(pool, (door.regions for door in doors), request.parallel)
        pairs = [(door, told) for door, told in zip(doors, found, strict=True)]
        result.missing += [told for _, told in pairs if isinstance(told, Missing)]
        units = (
            partial(door.describe, region)
            for door, told in pairs
            if not isinstance(told, Missing)
            for region in told
            if not stopped()
        )
        for part in _each(pool, units, request.parallel):
            _note(result, part)
            take(part)
    result.missing.sort()
    return result


def _note(result: Collected, part: Part) -> None:
    result.missing += part.missing
    if part.documents:
        result.accounts.add(part.account)
        result.regions += 1


def _accounts(
    aws: Aws, request: CollectRequest, result: Collected, take: Callable[[Part], None], clock: Clock
) -> list[str]:
    """The accounts to ask, the caller's own first. Raises CannotCollect where a role is missing."""
    own = result.caller.account
    wanted = set(request.accounts)
    if request.organization:
        wanted |= {own, *_organization(aws, result, take, clock)}
    wanted = wanted or {own}
    others = sorted(wanted - {own})
    if others and request.role is None:
        raise CannotCollect(
            f"account {others[0]} is not that of the credentials, {own}: name the role that is to "
            "be assumed there (--role)."
        )
    return [own, *others] if own in wanted else others


def _organization(
    aws: Aws, result: Collected, take: Callable[[Part], None], clock: Clock
) -> list[str]:
    own, at = result.caller.account, clock()
    try:
        document = aws_inventory.list_accounts(aws, result.caller.partition)
    except CannotCall as error:
        result.missing.append(Missing(own, "", LIST_ACCOUNTS, error.code, error.message))
        return []
    take(Part(aws_inventory.management(document) or own, "", at, {LIST_ACCOUNTS: document}))
    active = aws_inventory.active(document)
    listed = document.get("Accounts")
    result.closed = len(listed) - len(active) if isinstance(listed, list) else 0
    return active


class _Door:
    """The way into one account: by its role, or by the caller's own credentials."""

    def __init__(
        self, aws: Aws, request: CollectRequest, who: Caller, account: str, clock: Clock
    ) -> None:
        self.account, self._aws, self._request, self._clock = account, aws, request, clock
        self._partition = who.partition
        self._role = None if account == who.account else request.role
        self._keys: Keys | None = None
        self._lock = threading.Lock()

    def _entered(self) -> Keys | None:
        """Keys that are good for a while; None for the caller's own. Raises CannotCall."""
        if self._role is None:
            return None
        with self._lock:
            if self._keys is None or self._keys.expires - self._clock() < FRESH_SECONDS:
                self._keys = aws_inventory.assume(
                    self._aws, self._role, self.account, self._partition
                )
            return self._keys

    def regions(self) -> list[str] | Missing:
        """The regions to ask; the account is left out where it cannot be entered."""
        step = ASSUME_ROLE
        try:
            keys = self._entered()
            if self._request.regions:
                return list(self._request.regions)
            step = DESCRIBE_REGIONS
            return aws_inventory.regions(self._aws, keys, self._partition)
        except CannotCall as error:
            return Missing(self.account, "", step, error.code, error.message)

    def describe(self, region: str) -> Part:
        """All operations in one region, one after the other.

        The time is that before the first: what is made meanwhile, the trail tells, and a list of a
        later time that lacks it would say that it had ended.
        """
        part = Part(self.account, region, self._clock())
        try:
            client = self._aws.client("ec2", region, self._entered())
        except CannotCall as error:
            part.missing.append(_missing(part, ASSUME_ROLE, error))
            return part
        lost: CannotCall | None = None
        for operation in OF_REGION:
            try:
                if lost is not None:
                    raise lost
                told = aws_inventory.describe(client, operation, self._request.page)
                part.documents[operation] = told
            except CannotCall as error:
                lost = error if error.is_unreachable else None
                part.missing.append(_missing(part, operation, error))
        client.close()
        return part


def _missing(part: Part, operation: str, error: CannotCall) -> Missing:
    return Missing(part.account, part.region, operation, error.code, error.message)


def _each(
    pool: ThreadPoolExecutor, units: Iterable[Callable[[], Result]], parallel: int
) -> Iterator[Result]:
    """Results in the order of their units; no more of these are begun than are soon awaited."""
    source = iter(units)
    waiting = [pool.submit(one) for one in islice(source, 2 * parallel)]
    while waiting:
        yield waiting.pop(0).result()
        waiting += [pool.submit(one) for one in islice(source, 1)]
