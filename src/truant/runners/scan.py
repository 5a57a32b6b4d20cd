"""A scan: trail folders, inventory, configuration and ranges put together; findings come out."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct, field

from truant.connectors import (
    aws_ranges,
    config,
    digests,
    feeds,
    flow_log_files,
    inventory_folder,
    trail_files,
)
from truant.connectors.digests import Checked
from truant.detection.coverage import Silence, silences, spoken_hours, tamperings
from truant.detection.findings import finding
from truant.detection.flows import Flows
from truant.detection.inventory import Inventory
from truant.detection.judge import is_finding
from truant.detection.place import Surroundings
from truant.detection.state import State, flow_scope, judge_all
from truant.detection.trust import Rule, Trust
from truant.model.aws_ranges import RangesHistory
from truant.model.event_time import DAY, clock
from truant.model.fact import Fact
from truant.model.finding import Verdict
from truant.model.network import Place
from truant.model.network_feeds import NetworkFeeds
from truant.model.sighting import Made
from truant.runners import resuming
from truant.runners.embedded import Accounting, Folded, Progress, fold_all, jobs_for
from truant.runners.flow_logs import FlowAccounting, listen
from truant.runners.processes import no_collecting, prepare
from truant.runners.resuming import Resumed

Finding = dict[str, object]
SILENCES_TOLD_MAX = 10
# AWS publishes several times a week, and a few ranges are new each month.
RANGES_DAYS_MAX = 90


class ScanRequest(Struct, frozen=True):
    """What to scan with. `now` is the clock's time, epoch seconds.

    `jobs`: with how many processes, 0 for as many as pay.

    Only with `download` is anything asked of the network: newer ranges, and newer public feeds.
    """

    paths: tuple[Path, ...]
    cache: Path
    now: int
    inventory: Path | None = None
    config: Path | None = None
    ip_ranges: Path | None = None
    feeds: tuple[Path, ...] = ()
    flow_logs: Path | None = None
    state: Path | None = None
    jobs: int = 1
    download: bool = False


class ScanResult(Struct):
    """What came out. `findings` are GuardDuty's JSON in order of first call.

    `quiet` are the verdicts that were too improbable to tell. `notices` are sentences that the
    user should read; none of them is a finding. `flow_logs` is None where none were given, and
    `resumed` where no state was named: the caller saves it once the findings are told.
    """

    findings: list[Finding]
    verdicts: list[Verdict]
    quiet: list[Verdict]
    accounting: Accounting
    notices: list[str] = field(default_factory=list)
    flow_logs: FlowAccounting | None = None
    resumed: Resumed | None = None


class Known(Struct, frozen=True):
    """What a request names beside the trail: configuration, inventory, ranges and feeds."""

    trust: Trust
    facts: frozenset[Fact]
    ranges: RangesHistory
    feeds: NetworkFeeds


class Gathered(Struct):
    """All that was read, and what to judge it in. `notices` are what reading it told."""

    state: State
    around: Surroundings
    accounting: Accounting
    paths: list[Path]
    notices: list[str]
    flow_logs: FlowAccounting | None
    resumed: Resumed | None = None


def scan(request: ScanRequest, progress: Progress) -> ScanResult:
    """Scan.

    Raises Unreadable, NoInventory, BadConfig, BadFeed or BadState for what was named wrongly.
    What was named is looked at before anything is read. Raises WorkerLost, too.
    """
    with no_collecting():
        read = gather(request, progress)
        state, around = read.state, read.around
        told, quiet = _judged(state, around)
        findings = [finding(verdict, around.inventory, around.feeds) for verdict in told]
    notices = [
        *read.notices,
        *about_judging(quiet_places(quiet), around.trust, around.used, around.ranges, state.latest),
        *_about_trail(state, digests.check(read.paths, digests.read_keys(request.inventory))),
    ]
    return ScanResult(findings, told, quiet, read.accounting, notices, read.flow_logs, read.resumed)


def gather(request: ScanRequest, progress: Progress) -> Gathered:
    """Read and fold everything that a request names. Raises as `scan` does."""
    notices: list[str] = []
    paths, others = trail_files.find(request.paths)
    cores = request.jobs or os.cpu_count() or 1
    jobs = request.jobs or jobs_for(paths, cores)
    if jobs > 1:
        prepare()  # while inventory and lists are read
    known = known_of(request, notices)
    logs = flow_log_files.find(request.flow_logs) if request.flow_logs else None
    resumed = Resumed(resuming.load(request.state)) if request.state else None
    folded = _folded(paths, resumed, jobs, progress)
    folded.accounting.others = others
    notices.extend(resuming.notices(resumed) if resumed else ())
    inventory = Inventory(folded.state.facts | known.facts)
    heard = flows = None
    if logs is not None:
        scope = flow_scope(folded.state, inventory)
        heard = listen(*logs, scope, known.ranges, cores, progress)
        flows = Flows(heard.hearings, inventory)
        if not heard.accounting.kept:
            notices.append(
                f"{request.flow_logs}: the flow logs tell nothing of the instances whose keys were "
                "used, on the days of the trail."
            )
    around = Surroundings(
        inventory, known.trust, known.ranges, folded.state.accounts, known.feeds, flows
    )
    of_flows = heard.accounting if heard else None
    return Gathered(folded.state, around, folded.accounting, paths, notices, of_flows, resumed)


def _folded(
    paths: Sequence[Path], resumed: Resumed | None, jobs: int, progress: Progress
) -> Folded:
    """What the files tell, with what those of earlier runs did."""
    if resumed is None:
        return fold_all(paths, jobs, progress)
    read = resuming.fresh(resumed, paths)
    resuming.add(resumed, fold_all(list(read), jobs, progress), read)
    return Folded(resumed.kept.state, resumed.kept.accounting)


def known_of(request: ScanRequest, notices: list[str]) -> Known:
    """Read what a request names beside the trail. Raises NoInventory, BadConfig or BadFeed."""
    trust = config.read(request.config) if request.config else Trust()
    facts = _inventory(request.inventory, notices)
    ranges, is_online = _ranges(request, notices)
    return Known(
        trust, frozenset(facts), ranges, _feeds(request, trust, notices, download=is_online)
    )


def _judged(state: State, around: Surroundings) -> tuple[list[Verdict], list[Verdict]]:
    verdicts = list(judge_all(state, around))
    told = [verdict for verdict in verdicts if is_finding(verdict)]
    quiet = [verdict for verdict in verdicts if not is_finding(verdict)]
    return sorted(told, key=when), quiet


def when(verdict: Verdict) -> tuple[int, str]:
    """The order of findings: by the first call, then by id."""
    return (min(stray.first for stray in verdict.strays), verdict.id)


def _inventory(folder: Path | None, notices: list[str]) -> set[Fact]:
    if folder is None:
        notices.append(
            "No inventory was given: the instances' ways out are known only as far as the trail "
            "tells them (see --inventory)."
        )
        return set()
    read = inventory_folder.read(folder)
    notices.extend(read.problems)
    if not read.collected:
        notices.append(f"{folder}: no collected.json says when; taken for newer than every call.")
    return read.facts


def _ranges(request: ScanRequest, notices: list[str]) -> tuple[RangesHistory, bool]:
    """AWS's ranges, and whether more downloads are worth a try."""
    loaded = aws_ranges.load(
        request.ip_ranges, request.cache, download=request.download, now=request.now
    )
    notices.append(f"{loaded.origin}.")
    notices.extend(loaded.warnings)
    if not len(loaded.history):
        notices.append(
            "Without that list, use from outside AWS cannot be told from use inside it. Give "
            "--ip-ranges FILE (https://ip-ranges.amazonaws.com/ip-ranges.json), or --download."
        )
    confirmed = request.ip_ranges is not None or loaded.age_seconds == 0
    return loaded.history, request.download and confirmed


def _feeds(
    request: ScanRequest, trust: Trust, notices: list[str], *, download: bool
) -> NetworkFeeds:
    """Feeds of networks from files, else as the cache has them."""
    loaded = feeds.load(
        request.feeds, request.cache, download=download, now=request.now, lists=trust.threats
    )
    notices.extend(loaded.warnings)
    return loaded.feeds


def _about_ranges(ranges: RangesHistory, latest: int) -> Iterator[str]:
    """Say that the list is old, because what AWS has taken up since looks like outside AWS."""
    if not len(ranges):
        return
    days = (latest - ranges.snapshots[-1].created_at) // DAY
    if days > RANGES_DAYS_MAX:
        yield (
            f"AWS's list of ranges is {days:,} days older than the newest call: addresses that "
            "AWS took up since then look like outside AWS."
        )


def quiet_places(quiet: Iterable[Verdict]) -> Counter[Place]:
    """How many verdicts too improbable to tell there are, by the place of their last stray."""
    return Counter(max(verdict.strays, key=lambda stray: stray.last).place for verdict in quiet)


def about_judging(
    quiet: Counter[Place], trust: Trust, used: Counter[str], ranges: RangesHistory, latest: int
) -> Iterator[str]:
    """Say what was let be, which rules excused what, and whether the ranges are old."""
    yield from _about_quiet(quiet)
    yield from _about_rules(trust, used, latest)
    yield from _about_ranges(ranges, latest)


def _about_quiet(places: Counter[Place]) -> Iterator[str]:
    """Say what was seen and not told, so that silence is no secret."""
    for place, number in sorted(places.items()):
        sessions = "1 role session was" if number == 1 else f"{number:,} role sessions were"
        yield (
            f"{sessions} also used from elsewhere ({place.value}) with too little against it to "
            "be a finding."
        )


def _about_rules(trust: Trust, used: Counter[str], latest: int) -> Iterator[str]:
    for rule in trust.rules:
        times = used[str(rule)]
        yield f"Trusted by {rule}: {times:,} origins." + _expired(rule, latest)
    for name in sorted(set(used) - set(map(str, trust.rules))):
        yield f"Trusted by {name}: {used[name]:,} origins."


def _about_trail(state: State, checked: Checked) -> Iterator[str]:
    """Say where the trail itself may be incomplete: changed files, silences, who touched it."""
    yield from _about_digests(checked)
    sessions = state.sessions.values()
    yield from about_coverage(tamperings(sessions), silences(spoken_hours(sessions)))


def _about_digests(checked: Checked) -> Iterator[str]:
    if checked.digests:
        yield (
            f"{checked.digests:,} digest files: {checked.logs:,} log files and "
            f"{checked.signatures:,} signatures were checked, "
            f"{'with trouble, see below' if checked.problems else 'all are sound'}."
        )
    yield from (f"Digest files: {problem}." for problem in (*checked.problems, *checked.notes))


def about_coverage(touched: Iterable[tuple[str, Made]], found: list[Silence]) -> Iterator[str]:
    """Say who touched the trail, and where it fell silent."""
    for principal, made in touched:
        yield f"{made.kind} {made.name} at {clock(made.time)}, by {principal}."
    yield from (f"Silence: {one}." for one in found[:SILENCES_TOLD_MAX])
    if len(found) > SILENCES_TOLD_MAX:
        yield f"{len(found) - SILENCES_TOLD_MAX:,} more silences are not told."


def _expired(rule: Rule, latest: int) -> str:
    if rule.expires is None or rule.expires > latest:
        return ""
    return f" The rule expired at {clock(rule.expires)}, before the newest call."
