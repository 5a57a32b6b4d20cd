"""What tests of the console share: a store with its users, a service, and visitors."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser import enrol, serving
from tests.console.doors import Visitor
from tests.databases import sqlite_store
from truant.connectors.store.database import Store


@pytest.fixture
def url(lite: Store) -> Iterator[str]:
    """A console over a new store, with a user of each role."""
    enrol(lite)
    with serving(lite) as (served, _):
        yield served.url


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Visitor]]:
    """Visitors of a console that many tests look at, and none changes; "": not signed in."""
    store = sqlite_store(tmp_path_factory.mktemp("console"))
    enrol(store)
    known: dict[str, Visitor] = {}
    with serving(store) as (served, _):

        def one(name: str) -> Visitor:
            if name not in known:
                known[name] = Visitor(served.url)
                assert not name or known[name].sign_in(name).status_code == 303
            return known[name]

        yield one
    store.close()


@pytest.fixture
def visitor(url: str) -> Callable[[str], Visitor]:
    """Somebody who is signed in."""

    def signed_in(name: str) -> Visitor:
        made = Visitor(url)
        assert made.sign_in(name).status_code == 303
        return made

    return signed_in
