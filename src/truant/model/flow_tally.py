"""Tally: the records of a piece of a flow log, alike ones put together and counted.

Flow logs are far larger than trails, so no record becomes an object of its own. What two records
say alike is one tuple, and times are whole minutes. Texts are bytes, as they stand in the log.
"""

from collections import Counter

from msgspec import Struct, field

# Ports at which AWS's services answer.
WEB_PORTS = frozenset({b"443", b"80"})
# Ports at which proxies commonly listen: what speaks to one may speak to AWS behind it.
PROXY_PORTS = frozenset({b"1080", b"3128", b"8000", b"8080", b"8443", b"8888"})

INGRESS = b"ingress"  # flow-direction of what comes in
ACCEPT = b"ACCEPT"
NODATA, SKIPDATA = b"NODATA", b"SKIPDATA"  # log-status

# One kind of record: interface, instance, first and last minute (since the epoch), action,
# log-status, flow-direction. What the log's format leaves out is None.
Record = tuple[bytes, bytes | None, int, int, bytes, bytes | None, bytes | None]
# An accepted outgoing flow of TCP to a port of WEB_PORTS or PROXY_PORTS: interface, instance, first
# and last minute, destination address, pkt-dst-aws-service, port.
Talk = tuple[bytes, bytes | None, int, int, bytes, bytes | None, bytes]


class Refused(Struct, frozen=True):
    """A piece that could not be taken in: line (from 1; 0: the file, or the rest of it), reason.

    `unreadable`: the system gave no content, as for want of permission; else the content is broken.
    """

    position: int
    reason: str
    unreadable: bool = False


class Tally(Struct):
    """What a piece of a flow log says. `size` is in bytes of text, inflated."""

    records: Counter[Record] = field(default_factory=Counter)
    talks: set[Talk] = field(default_factory=set)
    refused: list[Refused] = field(default_factory=list)
    size: int = 0
