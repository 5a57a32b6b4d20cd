"""What a row of the mutation table says, and the tests that rows name most."""

from msgspec import Struct


class Row(Struct, frozen=True):
    """One break: `old` stands in `file` (below src/truant/) exactly once, `new` takes its place."""

    number: str
    what: str  # what is broken, in words
    file: str
    old: str
    new: str
    test: str

    @property
    def path(self) -> str:
        """The file, below the root."""
        return f"src/truant/{self.file}"


def innocent(name: str, mode: str = "with inventory") -> str:
    """The test that nothing is told of the innocent in a scenario."""
    return f"tests/scenarios/test_truth.py::test_nothing_is_told_of_the_innocent[{name}-1-{mode}]"


def found(name: str, mode: str = "with inventory") -> str:
    """The test that every theft of a scenario is found."""
    test = "test_every_theft_that_can_be_seen_is_found"
    return f"tests/scenarios/test_truth.py::{test}[{name}-1-{mode}]"


def speaks(signal: str, name: str, *, finds: bool = True) -> str:
    """The test that a signal speaks in a scenario."""
    return f"tests/test_docs.py::test_a_signal_speaks_where_it_is_said_to[{signal}-{name}-{finds}]"


ROUTES, PLACES = "detection/routes.py", "detection/address_places.py"
ENDPOINTS, SIGNALS = "detection/endpoint_places.py", "detection/signals"
WEIGHTS = f"{SIGNALS}/place.py"
AT_HOME = (
    "if reach is not None and is_own(address, ways) and not _is_local(case, endpoint, address):"
)
