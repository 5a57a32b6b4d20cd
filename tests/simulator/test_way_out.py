"""Calls travel by the endpoint first, else by the default route, wherever that leads."""

import pytest

from truant.simulator import construction, hubs, sites
from truant.simulator.estate import estate_of
from truant.simulator.network import Route
from truant.simulator.world import World, world_of


def world() -> World:
    return world_of(estate_of(4), "test")


def test_an_endpoint_wins_over_the_gateway() -> None:
    here = world()
    site = sites.site(here, here.account("a"))
    endpoint = construction.endpoint(here, site.vpc, "kms", [site.private])
    one = construction.instance(here, site.private, "x", None)
    origin = here.leave(one, "kms", one.region, here.start)
    assert origin.endpoint == endpoint.id
    assert origin.address == one.interface.private_at(here.start)
    assert here.leave(one, "sqs", one.region, here.start).address in site.nat.addresses_at(
        here.start
    )


def test_a_gateway_endpoint_serves_only_its_route_tables() -> None:
    here = world()
    site = sites.site(here, here.account("a"))
    construction.endpoint(here, site.vpc, "s3", [site.private], gateway=True)
    inner = construction.instance(here, site.private, "x", None)
    outer = construction.instance(here, site.public, "y", None)
    assert here.leave(inner, "s3", inner.region, here.start).endpoint is not None
    own = outer.interface.public_at(here.start)
    assert own is not None
    assert here.leave(outer, "s3", outer.region, here.start).address == own.public


def test_an_endpoint_serves_its_own_region_only() -> None:
    here = world()
    site = sites.site(here, here.account("a"), "eu-west-1")
    construction.endpoint(here, site.vpc, "ec2", [site.private])
    one = construction.instance(here, site.private, "x", None)
    assert here.leave(one, "ec2", "us-east-1", here.start).endpoint is None


def test_a_transit_gateway_leads_to_the_hubs_nat() -> None:
    here = world()
    hub = sites.site(here, here.account("hub"))
    spoke = hubs.spoke(here, here.account("spoke"), hubs.egress_hub(here, hub))
    one = construction.instance(here, spoke, "x", None)
    assert here.leave(one, "ec2", one.region, here.start).address in hub.nat.addresses_at(
        here.start
    )


def test_a_nat_instance_lends_its_address() -> None:
    here = world()
    site = sites.site(here, here.account("a"))
    box = construction.instance(here, site.public, "nat", None)
    behind = construction.subnet(here, site.vpc, default_route=box.interface.id)
    one = construction.instance(here, behind, "x", None)
    own = box.interface.public_at(here.start)
    assert own is not None
    assert here.leave(one, "ec2", one.region, here.start).address == own.public


def test_a_virtual_private_gateway_leads_to_the_office() -> None:
    here = world()
    vpc = construction.vpc(here, here.account("a"), "us-east-1")
    gateway = construction.gateway(here, vpc, "vgw")
    gateway.egress = ["193.104.1.1"]
    subnet = construction.subnet(here, vpc)
    subnet.table.routes.append(Route("0.0.0.0/0", gateway.id))
    one = construction.instance(here, subnet, "x", None)
    assert here.leave(one, "ec2", one.region, here.start).address == "193.104.1.1"


def test_no_way_out_is_an_error() -> None:
    here = world()
    subnet = sites.isolated(here, here.account("a"))
    one = construction.instance(here, subnet, "x", None)
    with pytest.raises(LookupError, match="has no way to sqs"):
        here.leave(one, "sqs", one.region, here.start)
