"""A simulation's configuration is the TOML of the contract."""

import tomllib
from datetime import date

from tests.simulator.opened import simulated
from truant.simulator.estate import estate_of
from truant.simulator.network import Account
from truant.simulator.simulation import configuration


def test_only_monitored_accounts_are_members() -> None:
    estate = estate_of(1)
    estate.accounts += [Account("222222222222", "a"), Account("333333333333", "b", monitored=False)]
    accounts = tomllib.loads(configuration(estate, []))["accounts"]
    assert accounts == {"administrator": estate.administrator.id, "members": ["222222222222"]}


def test_trusted_ways_out_have_scope_and_end() -> None:
    (rule,) = tomllib.loads(simulated(11, "T25").config)["network"]["trusted"]
    assert set(rule) == {"cidr", "reason", "accounts", "expires"}
    assert type(rule["expires"]) is date
    assert rule["accounts"] == [s.account for s in simulated(11, "T25").truth.sessions][:1]
