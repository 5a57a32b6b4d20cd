"""What feeds would say of the simulated networks outside AWS: Tor exits, VPN providers, hosting.

The forms are those of public lists: an address or a range a line, with comments. As in real lists,
companies' web proxies stand among hosting.
"""

import ipaddress
from collections.abc import Iterable

from truant.simulator.addresses import OUTSIDE


def feeds() -> dict[str, bytes]:
    """Give the lists, as file name to file bytes."""
    exits = [str(one) for pool in OUTSIDE["tor"] for one in ipaddress.ip_network(pool)]
    hosting = (*OUTSIDE["hosting"], *OUTSIDE["cloud"], *OUTSIDE["proxy"])
    return {
        "tor-exits.txt": _lines("Tor exits", exits),
        "vpn.txt": _lines("VPN providers", OUTSIDE["vpn"]),
        "hosting.txt": _lines("hosting", hosting),
    }


def _lines(title: str, networks: Iterable[str]) -> bytes:
    return "\n".join((f"# {title}", *networks, "")).encode()
