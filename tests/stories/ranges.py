"""A cut of AWS's published ranges, and addresses inside and outside of it, for the stories."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from random import Random

Json = dict[str, object]

# region: (EC2 networks, a network of AWS that no customer rents, S3, EC2's IPv6)
_REGIONS = {
    "us-east-1": (
        ("3.80.0.0/12", "54.144.0.0/14"),
        "52.94.152.0/24",
        "52.216.0.0/15",
        "2600:1f18::/33",
    ),
    "us-west-2": (
        ("54.148.0.0/15", "34.208.0.0/12"),
        "52.94.76.0/22",
        "52.218.128.0/17",
        "2600:1f14::/35",
    ),
    "eu-west-1": (
        ("54.74.0.0/15", "34.240.0.0/13"),
        "52.93.17.0/24",
        "52.218.0.0/17",
        "2a05:d018::/36",
    ),
    "eu-central-1": (
        ("18.192.0.0/15", "3.64.0.0/12"),
        "52.93.244.0/24",
        "52.219.170.0/23",
        "2a05:d014::/36",
    ),
    "ap-southeast-2": (
        ("13.236.0.0/14", "54.206.0.0/16"),
        "52.95.36.0/22",
        "52.95.128.0/21",
        "2406:da1c::/36",
    ),
}
_CODEBUILD = {"us-east-1": "34.228.4.208/28", "eu-west-1": "34.250.63.248/29"}
REGIONS = tuple(_REGIONS)

# Networks of nobody at AWS: an access provider, hosting, Tor exits, a head office.
OUTSIDE = ("81.2.69.0/24", "185.220.101.0/24", "94.16.112.0/24", "203.0.113.0/24", "45.83.64.0/24")
OUTSIDE_V6 = "2a02:8109:9a80::/48"
OFFICE = "198.51.100.0/24"


def published(created: str) -> Json:
    """`ip-ranges.json` as AWS writes it, of some `2024-05-02`."""
    fours: list[Json] = []
    sixes: list[Json] = []
    for region, (rented, own, s3, v6) in _REGIONS.items():
        fours += [_prefix(text, region, "AMAZON") for text in (*rented, own, s3)]
        fours += [_prefix(text, region, "EC2") for text in rented]
        fours.append(_prefix(s3, region, "S3"))
        sixes += [_prefix(v6, region, service) for service in ("AMAZON", "EC2")]
    for region, text in _CODEBUILD.items():
        fours.append(_prefix(text, region, "CODEBUILD"))
    return {
        "syncToken": "1672700000",
        "createDate": f"{created}-22-53-20",
        "prefixes": fours,
        "ipv6_prefixes": sixes,
    }


def _prefix(text: str, region: str, service: str) -> Json:
    member = "ipv6_prefix" if ":" in text else "ip_prefix"
    return {member: text, "region": region, "service": service, "network_border_group": region}


def rented(rng: Random, region: str) -> str:
    """An address that some customer of AWS rents in this region."""
    return within(rng, rng.choice(_REGIONS[region][0]))


def service_owned(rng: Random, region: str) -> str:
    """An address of AWS itself: in AMAZON only, not in EC2."""
    return within(rng, _REGIONS[region][1])


def v6_block(rng: Random, region: str) -> str:
    """A /56 as AWS gives it to a VPC."""
    network = ip_network(_REGIONS[region][3])
    assert isinstance(network, IPv6Network)
    start = int(network.network_address) + (rng.randrange(1, 2**18) << 72)
    return f"{IPv6Network((start, 56))}"


def outside(rng: Random, network: int | None = None) -> str:
    """An address outside AWS; `network` picks which."""
    return within(rng, rng.choice(OUTSIDE) if network is None else OUTSIDE[network])


def within(rng: Random, network: str) -> str:
    """Some host of a network."""
    net = ip_network(network)
    span = min(net.num_addresses, 2**32)
    return str(net[rng.randrange(1, span - 1)])


def host(network: str, number: int) -> str:
    """The host of that number, as `10.0.1.0/24` and 7 give `10.0.1.7`."""
    net = ip_network(network)
    assert isinstance(net, IPv4Network | IPv6Network)
    return str(net[number])
