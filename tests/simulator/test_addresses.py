"""The simulator's AWS addresses are AWS's, and its other addresses are not."""

import gzip
import ipaddress
import json
import random

from tests.shared_data import shared_data
from truant.simulator.addresses import (
    EC2_POOLS,
    EC2_POOLS_IPV6,
    OUTSIDE,
    OUTSIDE_IPV6,
    S3_POOLS,
    SERVICE_POOLS,
    AddressBook,
)
from truant.simulator.ip_ranges import ip_ranges

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def published() -> list[Network]:
    """All ranges that AWS published, from the newest copy at hand; else skip."""
    newest = max(shared_data("ip-ranges").glob("*.json.gz"))
    document = json.loads(gzip.decompress(newest.read_bytes()))
    blocks = [p["ip_prefix"] for p in document["prefixes"]]
    blocks += [p["ipv6_prefix"] for p in document["ipv6_prefixes"]]
    return [ipaddress.ip_network(block) for block in blocks]


def overlaps(one: Network, other: Network) -> bool:
    return one.version == other.version and (
        one.network_address in other or other.network_address in one
    )


def test_outside_is_outside() -> None:
    ours = [*OUTSIDE_IPV6.values(), *(block for blocks in OUTSIDE.values() for block in blocks)]
    real = published()
    for block in map(ipaddress.ip_network, ours):
        assert not any(overlaps(block, other) for other in real), block


def test_aws_is_aws() -> None:
    real = published()
    pools = [block for blocks in EC2_POOLS.values() for block in blocks]
    pools += [*EC2_POOLS_IPV6.values(), *S3_POOLS.values()]
    pools += [block for _, block in SERVICE_POOLS.values()]
    for block in map(ipaddress.ip_network, pools):
        rng = random.Random(str(block))
        for _ in range(20):
            address = block[rng.randrange(block.num_addresses)]
            assert any(address in other for other in real), (block, address)


def test_the_file_holds_all_pools_and_is_of_aws_form() -> None:
    document = json.loads(ip_ranges())
    assert set(document) == {"syncToken", "createDate", "prefixes", "ipv6_prefixes"}
    for entry in document["prefixes"]:
        assert set(entry) == {"ip_prefix", "region", "service", "network_border_group"}
    amazon = [
        ipaddress.ip_network(p["ip_prefix"])
        for p in document["prefixes"]
        if p["service"] == "AMAZON"
    ]
    for entry in document["prefixes"]:
        block = ipaddress.ip_network(entry["ip_prefix"])
        assert any(overlaps(block, other) for other in amazon)
    for kind in OUTSIDE:
        address = ipaddress.ip_address(AddressBook().outside(random.Random(3), kind))
        assert not any(address in block for block in amazon)


def test_no_address_is_given_twice() -> None:
    book, rng = AddressBook(), random.Random(2)
    given = [book.aws(rng, "eu-central-1") for _ in range(500)]
    given += [book.outside(rng, "tor") for _ in range(100)]
    given += [book.ipv6_block(rng, "us-east-1") for _ in range(100)]
    assert len(set(given)) == len(given)
