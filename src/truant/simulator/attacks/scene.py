"""The scene of a theft: an account of ours, its VPC, a victim at work and a bucket to loot."""

from dataclasses import dataclass

from truant.simulator import construction, sites
from truant.simulator.network import Account, Instance, Subnet
from truant.simulator.sites import Site
from truant.simulator.theft import Thief, look_round, steal
from truant.simulator.way_out import Origin
from truant.simulator.world import World


@dataclass(frozen=True)
class Scene:
    """An account with a victim and a bystander, both at ordinary work."""

    world: World
    account: Account
    site: Site
    victim: Instance
    bystander: Instance
    bucket: str

    @property
    def region(self) -> str:
        """The victim's region."""
        return self.victim.region

    def theft(self, delivery: str | None = None) -> Thief:
        """Steal the victim's key at some time of the day, from either metadata service."""
        time = self.world.between(self.world.at(3), self.world.at(20))
        return steal(self.world, self.victim, time, delivery or self.delivery())

    def delivery(self) -> str:
        """How the thief got the key: mostly by plain request forgery, sometimes by code."""
        return self.world.rng.choice(("1.0", "1.0", "2.0"))

    def outside(self, kind: str = "residential") -> Origin:
        """A place outside AWS."""
        return Origin(self.world.estate.book.outside(self.world.rng, kind))

    def loot(self, thief: Thief, source: Origin | Instance) -> None:
        """Look round and take what there is."""
        objects = self.world.rng.randrange(1, 9)
        thief.run(look_round(self.world, self.bucket, self.account.id, objects), source)


def scene(
    world: World, name: str = "shop", *, victim_works: bool = True, reads: str | None = None
) -> Scene:
    """Set the usual scene: private subnet, NAT gateway, mostly an S3 gateway endpoint.

    `reads` fixes the version of the metadata service that the victim's own software reads.
    """
    account = world.account(name)
    site = sites.site(world, account)
    if world.rng.random() < 0.6:
        construction.endpoint(world, site.vpc, "s3", [site.private], gateway=True)
    victim = sites.worker(world, site.private, f"{name}-web", working=victim_works, delivery=reads)
    bystander = sites.worker(world, site.private, f"{name}-batch")
    return Scene(world, account, site, victim, bystander, sites.bucket(world, name))


def den(world: World, region: str, services: tuple[str, ...], cidr: str | None = None) -> Subnet:
    """A stranger's VPC with endpoints of its own for some services, S3 by gateway."""
    stranger = world.account("stranger", ours=False)
    vpc = construction.vpc(world, stranger, region, cidr)
    subnet = construction.subnet(world, vpc)
    for service in services:
        construction.endpoint(world, vpc, service, [subnet], gateway=service == "s3")
    return subnet


def machine(world: World, subnet: Subnet, private: str | None = None) -> Instance:
    """A machine of a stranger's, without a role."""
    return construction.instance(world, subnet, "tool", None, private=private)
