"""Instances with addresses of their own: public, elastic, brought along, carrier, dual stack."""

from truant.simulator import construction, sites, workload
from truant.simulator.network import Route
from truant.simulator.world import World


def public_subnet(world: World) -> None:
    """T1: one instance with an auto-assigned public address, one with an elastic address."""
    account = world.account("web")
    site = sites.site(world, account)
    sites.worker(world, site.public, "front")
    elastic = construction.elastic(world, account, site.vpc.region)
    sites.worker(world, site.public, "gate", address=elastic)


def dual_stack(world: World) -> None:
    """T12: IPv6 by an egress-only internet gateway beside IPv4 by NAT, in turns."""
    account = world.account("dual")
    site = sites.site(world, account, ipv6=True)
    out = construction.gateway(world, site.vpc, "eigw")
    site.private.table.routes.append(Route("::/0", out.id))
    for name in ("dual-1", "dual-2"):
        made = sites.worker(world, site.private, name, working=False)
        workload.work(world, made, sites.usual(world, made), ipv6_share=0.5)
    igw = next(g for g in world.network.gateways if g.id.startswith("igw-"))
    site.public.table.routes.append(Route("::/0", igw.id))
    made = sites.worker(world, site.public, "dual-edge", working=False)
    workload.work(world, made, sites.usual(world, made), ipv6_share=0.3)


def brought_addresses(world: World) -> None:
    """T29: elastic addresses of the customer's own range, and a carrier address."""
    account = world.account("byoip")
    site = sites.site(world, account, "us-west-2")
    own = world.estate.book.outside(world.rng, "byoip")
    elastic = construction.elastic(world, account, "us-west-2", public=own)
    elastic.pool = world.ids.resource("ipv4pool-ec2")
    sites.worker(world, site.public, "mail", address=elastic)
    carrier = construction.gateway(world, site.vpc, "cagw")
    edge = construction.subnet(world, site.vpc, default_route=carrier.id, zone="-wl1-las-wlz-1")
    address = world.estate.book.outside(world.rng, "byoip")
    mobile = construction.elastic(world, account, "us-west-2", public=address)
    mobile.shown_as, mobile.border_group = "CarrierIp", "us-west-2-wl1-las-wlz-1"
    sites.worker(world, edge, "edge", address=mobile)
