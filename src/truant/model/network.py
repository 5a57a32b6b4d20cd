"""Where a call can come from: an origin as the record states it, and what it turns out to be."""

import ipaddress
import re
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_ADDRESS_LENGTH_MAX = 64  # what is longer is not even remembered; IPv6 takes 45 characters
_SHARED_SPACE = ipaddress.ip_network("100.64.0.0/10")  # RFC 6598: in VPCs, and never public
_PRIVATE = (
    ipaddress.ip_network("10.0.0.0/8"),
    ipaddress.ip_network("172.16.0.0/12"),
    ipaddress.ip_network("192.168.0.0/16"),
    _SHARED_SPACE,
    ipaddress.ip_network("169.254.0.0/16"),
    ipaddress.ip_network("127.0.0.0/8"),
    ipaddress.ip_network("fc00::/7"),
    ipaddress.ip_network("fe80::/10"),
    ipaddress.ip_network("::1/128"),
)


class Via(StrEnum):
    """How a call reached AWS, as far as the record says."""

    DIRECT = "direct"  # signed and sent by whoever holds the key
    PRESIGNED = "presigned"  # a presigned S3 URL, sent by whoever was given it
    SERVICE = "service"  # an AWS service on the key's behalf, or AWS's own network


class Origin(Struct, frozen=True, gc=False, array_like=True):
    """Where a call came from, as the record says it. Unknown is None.

    `address` is an IP address in its canonical text, or None. For `via` SERVICE `address` is what
    the record gives for one: a service's DNS name, or `AWS Internal`.
    """

    via: Via
    address: str | None = None
    endpoint: str | None = None
    endpoint_account: str | None = None

    @property
    def order(self) -> tuple[str, str, str, str]:
        """A fixed order among origins."""
        return (self.address or "", self.endpoint or "", self.endpoint_account or "", self.via)

    def __str__(self) -> str:
        """Say the origin in words."""
        where = self.address or "an unknown address"
        if self.endpoint is None:
            return where
        owner = f" of account {self.endpoint_account}" if self.endpoint_account else ""
        return f"{where} through VPC endpoint {self.endpoint}{owner}"


class Place(StrEnum):
    """What an origin is to an instance at a time. The words are those of findings and documents."""

    OWN_INTERFACE = "the instance's own interface"
    OWN_WAY_OUT = "the instance's own way out"
    TRUSTED = "trusted by configuration"
    AWS_SERVICE = "an AWS service on its behalf"
    UNHEARD = "its own way out, without a flow of its own"
    OTHER_INSTANCE = "another instance or network of the same account"
    AFFILIATED = "an affiliated account"
    FOREIGN_ACCOUNT = "a foreign account"
    UNLISTED = "AWS or not, unknown"
    AWS_UNKNOWN = "AWS, owner unknown"
    OUTSIDE_AWS = "outside AWS"
    UNKNOWABLE = "unknowable"


HOME = frozenset({Place.OWN_INTERFACE, Place.OWN_WAY_OUT, Place.TRUSTED})
NEUTRAL = frozenset({Place.AWS_SERVICE, Place.UNKNOWABLE})


# From the most harmless to what says most.
HARM = {
    place: rank
    for rank, place in enumerate(
        (
            Place.OWN_INTERFACE,
            Place.OWN_WAY_OUT,
            Place.TRUSTED,
            Place.AWS_SERVICE,
            Place.UNKNOWABLE,
            Place.UNHEARD,
            Place.OTHER_INSTANCE,
            Place.AFFILIATED,
            Place.UNLISTED,
            Place.AWS_UNKNOWN,
            Place.FOREIGN_ACCOUNT,
            Place.OUTSIDE_AWS,
        )
    )
}


def canonical(text: str) -> str | None:
    """An IP address in its one canonical text (RFC 5952 for IPv6), or None for anything else.

    IPv4 inside IPv6 (`::ffff:192.0.2.1`) is that IPv4 address; a zone (`%eth0`) is no address.
    """
    return _canonical(text) if len(text) <= _ADDRESS_LENGTH_MAX else None


@lru_cache(maxsize=65536)
def _canonical(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return None
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
    return str(address)


@lru_cache(maxsize=65536)
def is_private(address: str) -> bool:
    """Whether a canonical address is of a range that is never routed on the internet.

    Unlike `ipaddress.is_private`, 100.64.0.0/10 is (VPCs use it) and the documentation ranges
    are not.
    """
    parsed = ipaddress.ip_address(address)
    return any(parsed in network for network in _PRIVATE if network.version == parsed.version)


@lru_cache(maxsize=65536)
def within(address: str, cidr: str) -> bool:
    """Whether a canonical address lies in `cidr`; False where `cidr` is no network."""
    try:
        network = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return False
    return ipaddress.ip_address(address) in network


@lru_cache(maxsize=4096)
def neighbourhood(address: str) -> str:
    """The network that stands for an address in a finding's key: /24 for IPv4, /48 for IPv6.

    The sizes are those of the smallest announcements that internet routing accepts, so that it
    is most likely one owner.
    """
    length = 48 if ":" in address else 24
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


def is_account(text: str | None) -> bool:
    """Whether a text is an AWS account id: twelve digits."""
    return text is not None and _ACCOUNT.fullmatch(text) is not None
