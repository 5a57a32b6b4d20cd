"""Where simulated public addresses come from: parts of AWS's ranges, and networks outside AWS.

The AWS parts are inside what AWS has published for years (https://ip-ranges.amazonaws.com); the
others belong to access providers, hosting companies, proxies and Tor, and never to AWS.
"""

import ipaddress
import random
from collections.abc import Mapping
from types import MappingProxyType

# EC2 pools by region: these alone are given to simulated customers.
EC2_POOLS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "us-east-1": ("3.208.0.0/12", "18.204.0.0/14", "54.160.0.0/13", "52.4.0.0/14"),
        "us-west-2": ("34.208.0.0/12", "54.148.0.0/15", "52.24.0.0/14"),
        "eu-west-1": ("54.74.0.0/15", "63.32.0.0/14", "34.240.0.0/13"),
        "eu-central-1": ("18.192.0.0/15", "3.64.0.0/12"),
    }
)
EC2_POOLS_IPV6: Mapping[str, str] = MappingProxyType(
    {
        "us-east-1": "2600:1f18::/33",
        "us-west-2": "2600:1f14::/35",
        "eu-west-1": "2a05:d018::/35",
        "eu-central-1": "2a05:d014::/35",
    }
)
# AWS space that no customer holds as his own: what CloudShell, Lambda and CodeBuild speak from.
SERVICE_POOLS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "us-east-1": ("CODEBUILD", "34.228.4.208/28"),
        "us-west-2": ("CODEBUILD", "35.83.248.40/29"),
        "eu-west-1": ("CODEBUILD", "34.250.63.248/29"),
        "eu-central-1": ("CODEBUILD", "35.157.127.248/29"),
    }
)
S3_POOLS: Mapping[str, str] = MappingProxyType(
    {
        "us-east-1": "52.216.0.0/15",
        "us-west-2": "52.218.128.0/17",
        "eu-west-1": "52.218.0.0/17",
        "eu-central-1": "52.219.72.0/22",
    }
)
# Networks outside AWS by their kind.
OUTSIDE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "residential": ("73.140.0.0/15", "86.140.0.0/15", "88.130.0.0/16", "109.40.0.0/16"),
        "hosting": ("78.46.0.0/15", "51.38.0.0/16", "167.99.0.0/16", "139.59.0.0/16"),
        "vpn": ("185.159.156.0/22", "146.70.0.0/16", "193.138.218.0/24"),
        "tor": ("185.220.100.0/23", "185.220.102.0/24"),
        "cloud": ("34.90.0.0/16", "20.50.0.0/16", "35.198.0.0/16"),
        "corporate": ("193.104.0.0/16", "212.23.128.0/18"),
        "proxy": ("147.161.128.0/18", "165.225.64.0/20"),
        "byoip": ("193.34.160.0/20", "185.94.0.0/19"),
    }
)
OUTSIDE_IPV6: Mapping[str, str] = MappingProxyType(
    {"residential": "2003:d0::/28", "hosting": "2a01:4f8::/32"}
)


class AddressBook:
    """Hands out public addresses, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def aws(self, rng: random.Random, region: str) -> str:
        """A public address of EC2 in a region."""
        return self._fresh(rng, rng.choice(EC2_POOLS[region]))

    def service(self, rng: random.Random, region: str) -> str:
        """An address of an AWS service that runs in AWS's own accounts. May repeat."""
        return within(rng, SERVICE_POOLS[region][1])

    def outside(self, rng: random.Random, kind: str) -> str:
        """An address outside AWS, of a kind of network (see OUTSIDE)."""
        return self._fresh(rng, rng.choice(OUTSIDE[kind]))

    def outside_ipv6(self, rng: random.Random, kind: str) -> str:
        """An IPv6 address outside AWS, of a kind of network."""
        return self._fresh(rng, OUTSIDE_IPV6[kind])

    def ipv6_block(self, rng: random.Random, region: str) -> str:
        """A /56 of the kind that AWS gives to a VPC."""
        pool = ipaddress.ip_network(EC2_POOLS_IPV6[region])
        while True:
            offset = rng.randrange(2 ** (56 - pool.prefixlen)) << 72
            block = f"{pool[offset]}/56"
            if block not in self._taken:
                self._taken.add(block)
                return block

    def _fresh(self, rng: random.Random, pool: str) -> str:
        while True:
            address = within(rng, pool)
            if address not in self._taken:
                self._taken.add(address)
                return address


def within(rng: random.Random, pool: str) -> str:
    """A random address of a range, its first and last left out."""
    network = ipaddress.ip_network(pool)
    return str(network[rng.randrange(1, network.num_addresses - 1)])
