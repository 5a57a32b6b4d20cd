"""Tests of `sign_ins`: guessing is slowed down, owners are not kept out."""

from truant.connectors.store import sign_ins
from truant.connectors.store.database import Store

NOW = 1_800_000_000_000


def test_five_failures_make_wait_for_a_quarter_of_an_hour(store: Store) -> None:
    with store.write() as conn:
        for number in range(sign_ins.PAIR_MAX):
            assert not sign_ins.must_wait(conn, "ann", "192.0.2.1", NOW)
            sign_ins.failed(conn, "ann", "192.0.2.1", NOW + number)
        assert sign_ins.must_wait(conn, "ann", "192.0.2.1", NOW + 10)
        assert not sign_ins.must_wait(conn, "ann", "192.0.2.2", NOW + 10)
        assert not sign_ins.must_wait(conn, "bob", "192.0.2.1", NOW + 10)
        assert not sign_ins.must_wait(conn, "ann", "192.0.2.1", NOW + sign_ins.WINDOW + 10)


def test_one_address_cannot_try_many_names(store: Store) -> None:
    with store.write() as conn:
        for number in range(sign_ins.ADDRESS_MAX):
            sign_ins.failed(conn, f"user-{number}", "192.0.2.1", NOW)
        assert sign_ins.must_wait(conn, "somebody else", "192.0.2.1", NOW)


def test_who_gets_in_begins_anew(store: Store) -> None:
    with store.write() as conn:
        for _ in range(sign_ins.PAIR_MAX):
            sign_ins.failed(conn, "ann\0", "192.0.2.1", NOW)
        sign_ins.succeeded(conn, "ann\0", "192.0.2.1")
        assert not sign_ins.must_wait(conn, "ann\0", "192.0.2.1", NOW)
