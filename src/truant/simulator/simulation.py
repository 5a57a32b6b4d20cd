"""A finished simulation: everything a detector is given, and the truth."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from truant.simulator.actions import Json
from truant.simulator.delivery import Trail
from truant.simulator.estate import Estate
from truant.simulator.truth import Truth


@dataclass(frozen=True)
class Simulation:
    """What a responder would be handed, as paths to file bytes, and what really happened.

    `trail`, `inventory`, `flow_logs` and `feeds` have paths relative to their own folders; `config`
    is the text of a truant.toml.
    """

    trail: Trail
    inventory: Mapping[str, bytes]
    ip_ranges: bytes
    config: str
    flow_logs: Mapping[str, bytes]
    truth: Truth
    feeds: Mapping[str, bytes]


def files(simulation: Simulation) -> dict[str, bytes]:
    """Lay a simulation out as one folder: path to file bytes."""
    laid = {f"trail/{path}": data for path, data in simulation.trail.items()}
    laid |= {f"inventory/{path}": data for path, data in simulation.inventory.items()}
    laid |= {f"flow-logs/{path}": data for path, data in simulation.flow_logs.items()}
    laid |= {f"feeds/{path}": data for path, data in simulation.feeds.items()}
    truth = json.dumps(simulation.truth.document(), indent=1) + "\n"
    return laid | {
        "truant.toml": simulation.config.encode(),
        "ip-ranges.json": simulation.ip_ranges,
        "truth.json": truth.encode(),
    }


def configuration(estate: Estate, trusted: list[Json]) -> str:
    """The truant.toml of a simulation: who is affiliated, and what no inventory shows."""
    administrator = estate.administrator
    members = sorted(a.id for a in estate.accounts if a.monitored and a is not administrator)
    lines = [
        "[accounts]",
        f'administrator = "{administrator.id}"',
        f"members = {json.dumps(members)}",
    ]
    for rule in trusted:
        lines += ["", "[[network.trusted]]"]
        lines += [f"{key} = {_toml(value)}" for key, value in rule.items()]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """A value in TOML; JSON's strings and lists of strings are TOML's too, and dates are bare."""
    return value.isoformat() if isinstance(value, date) else json.dumps(value)
