"""A scan into a store: a folder of trail and an inventory, taken in and judged as a service would.

For trying the service out on old logs, and for tests. The store's own state goes on from there.
"""

from truant.connectors import config, inventory_folder, trail_files
from truant.connectors.store import members
from truant.connectors.store.batch import Batch, commit, keep_snapshots
from truant.connectors.store.database import Store
from truant.connectors.store.quarantine import Refused
from truant.connectors.store.snapshots import Snapshot
from truant.detection.trust import Trust
from truant.model.aws_ranges import RangesHistory
from truant.runners.embedded import Progress, fold_all
from truant.runners.judging import Judge, Round
from truant.runners.scan import ScanRequest
from truant.runners.world import World

SOURCE = "scan"


def scan_into(
    store: Store, request: ScanRequest, ranges: RangesHistory, progress: Progress
) -> Round:
    """Take in what a request names, as one batch, and judge it; gives what became of findings.

    Flow logs and feeds are not taken in. Raises Unreadable, NoInventory, BadConfig or BadFeed for
    what was named wrongly, and AlreadyTaken for files that the store has taken in before.
    """
    now = request.now * 1000
    trust = config.read(request.config) if request.config else Trust()
    inventory = inventory_folder.read(request.inventory) if request.inventory else None
    listed = inventory.listings if inventory else []
    paths, _ = trail_files.find(request.paths)
    folded = fold_all(paths, request.jobs, progress)
    folded.state.facts |= inventory.history if inventory else set()
    with store.write() as conn:
        members.configure(conn, trust.administrator, trust.members, now)
        keep_snapshots(conn, [_snapshot(one) for one in listed], now)
    read = folded.accounting
    refused = tuple(Refused(one.file, one.position, one.reason) for one in read.refusals)
    totals = {"files": read.files, "bytes": read.size, "inflated": read.inflated}
    items = tuple(str(path) for path in paths)
    commit(store, Batch(SOURCE, now, folded.state, items, {}, read.kinds, totals, refused))
    return Judge(store, World(ranges, trust)).drain(now)


def _snapshot(one: inventory_folder.Listing) -> Snapshot:
    return Snapshot(one.account, one.region, one.operation, one.collected, one.facts)
