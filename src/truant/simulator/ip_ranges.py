"""A small ip-ranges.json in AWS's format, in which the simulator's AWS addresses lie.

Format: https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html. Every range stands
under AMAZON as well, as the page says.
"""

import json

from truant.simulator.addresses import EC2_POOLS, EC2_POOLS_IPV6, S3_POOLS, SERVICE_POOLS


def ip_ranges() -> bytes:
    """Give the file's bytes."""
    prefixes = [_entry("ip_prefix", prefix, *rest) for prefix, *rest in _ranges()]
    ipv6 = [
        _entry("ipv6_prefix", prefix, region, service)
        for region, prefix in EC2_POOLS_IPV6.items()
        for service in ("AMAZON", "EC2")
    ]
    document = {
        "syncToken": "1704067200",
        "createDate": "2024-01-01-00-00-00",
        "prefixes": prefixes,
        "ipv6_prefixes": ipv6,
    }
    return json.dumps(document, indent=2).encode()


def _ranges() -> list[tuple[str, str, str]]:
    """All IPv4 ranges as (prefix, region, service)."""
    found = []
    for region, pools in EC2_POOLS.items():
        service, service_pool = SERVICE_POOLS[region]
        found += [(pool, region, "AMAZON") for pool in pools]
        found += [(S3_POOLS[region], region, "AMAZON"), (service_pool, region, "AMAZON")]
        found += [(pool, region, "EC2") for pool in pools]
        found += [(S3_POOLS[region], region, "S3"), (service_pool, region, service)]
    return found


def _entry(key: str, prefix: str, region: str, service: str) -> dict[str, str]:
    return {
        key: prefix,
        "region": region,
        "service": service,
        "network_border_group": region,
    }
