"""Containers on instances that speak with the node's role, and EKS's own use of its keys."""

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta

from truant.simulator import actions, clients, construction, ec2_writes, sites, workload
from truant.simulator.network import Instance, PrivateHolding
from truant.simulator.sites import Site
from truant.simulator.way_out import Origin
from truant.simulator.workload import Job
from truant.simulator.world import Flow, World


def pods(world: World) -> None:
    """T17: pods speak from secondary interfaces and delegated prefixes of their node."""
    site = sites.site(world, world.account("kube"))
    for service in ("ec2", "sts", "ssm", "logs"):
        construction.endpoint(world, site.vpc, service, [site.private])
    construction.endpoint(world, site.vpc, "s3", [site.private], gateway=True)
    for index in (1, 2):
        node(world, site, f"node-{index}")


def node(world: World, site: Site, name: str) -> Instance:
    """A Kubernetes node: kubelet, network plugin, pods, all with the node's role."""
    made = sites.worker(world, site.private, name, working=False)
    made.tags |= {"eks:cluster-name": "prod", "kubernetes.io/cluster/prod": "owned"}
    second = construction.interface(
        world, site.private, span=made.interface.span, description="aws-K8S-" + made.id
    )
    second.instance_id, second.device_index = made.id, 1
    second.attachment, second.attached = world.ids.resource("eni-attach"), second.span.start
    made.interfaces.append(second)
    _secondaries(world, site, made, 4)
    _prefix(world, made)
    jobs = [
        Job(lambda _: actions.describe_instances(), clients.KUBELET, 2400),
        Job(lambda _: actions.ec2_describe("DescribeNetworkInterfaces"), clients.KUBELET, 1800),
        Job(lambda _: actions.ecr_token(), clients.KUBELET, 7200),
        workload.heartbeats(world, made),
    ]
    workload.work(world, made, jobs)
    pod_jobs = workload.batch_worker(world, made, sites.bucket(world, "pods"))
    workload.work(world, made, pod_jobs, interfaces=made.interfaces)
    return made


def _secondaries(world: World, site: Site, made: Instance, count: int) -> None:
    """Secondary private addresses of the second interface, one for each pod."""
    second = made.interfaces[1]
    for _ in range(count):
        address = construction.free_private(world, site.private)
        second.privates.append(PrivateHolding(address, primary=False, span=second.span))
        second.pods.append(address)


def _prefix(world: World, made: Instance) -> None:
    """A /28 delegated to the first interface as the day begins, and pods that use it at once."""
    first = made.interface
    prefix = construction.delegate_prefix(world, first)
    action = ec2_writes.assign_private_addresses(first, [], [prefix])
    world.home_call(made, action, clients.KUBELET, world.start)
    first.pods += [str(ipaddress.ip_network(prefix)[index]) for index in (1, 5, 9)]


def cluster_logins(world: World) -> None:
    """T18: EKS runs the GetCallerIdentity that a kubelet signed, from addresses of its own."""
    site = sites.site(world, world.account("cluster"))
    service = [world.estate.book.aws(world.rng, site.vpc.region) for _ in range(4)]
    for name in ("kubelet-1", "kubelet-2"):
        _signed_elsewhere(world, node(world, site, name), service, 840)


def vault_logins(world: World) -> None:
    """T19: a Vault server of ours runs the GetCallerIdentity that its clients signed."""
    clients_site = sites.site(world, world.account("apps"))
    servers = world.account("secrets")
    vault = sites.site(world, servers, clients_site.vpc.region)
    exits = vault.nat.addresses_at(world.start)
    for name in ("vault-client-1", "vault-client-2"):
        made = sites.worker(world, clients_site.private, name)
        _signed_elsewhere(world, made, exits, 3600)
    sites.worker(world, vault.private, "vault")
    accounts = [clients_site.vpc.account]
    world.trust(f"{exits[0]}/32", "Vault checks the identity of its clients", accounts)


def vault_beside(world: World) -> None:
    """T19 again: the Vault server stands behind the same NAT gateway as its quiet clients."""
    site = sites.site(world, world.account("beside"))
    vault = sites.worker(world, site.private, "vault")
    exits = site.nat.addresses_at(world.start)
    there = (vault.interface.private_at(world.start), "8200")
    for name, until in (("quiet-client", 0), ("morning-client", 7)):
        made = sites.worker(world, site.private, name, working=False)
        workload.work(world, made, sites.usual(world, made), end=world.at(until))
        for hour in range(8, 23):
            time = world.between(world.at(hour), world.at(hour + 0.5))
            for second in range(0, 20, 4):
                login = time + timedelta(seconds=second)
                _login(world, made, exits, login)
                origin = Origin(exits[0])
                world.flows.append(Flow(made.interface, "sts", made.region, login, origin, there))


def _signed_elsewhere(
    world: World, made: Instance, addresses: Sequence[str], gap_seconds: float
) -> None:
    job = Job(lambda _: actions.get_caller_identity(), "Go-http-client/1.1", gap_seconds)
    for time in workload.moments(world.rng, job, world.start, world.end):
        _login(world, made, addresses, time)


def _login(world: World, made: Instance, addresses: Sequence[str], time: datetime) -> None:
    origin, credential = Origin(world.rng.choice(addresses)), world.key_in_use(made, time)
    action, agent = actions.get_caller_identity(), "Go-http-client/1.1"
    world.call_with(credential, action, origin, agent, time, region=made.region)
