"""Tests of `web_sessions`: tokens are not kept, and sessions end."""

from sqlalchemy import select

from truant.connectors.store import users, web_sessions
from truant.connectors.store.database import Store
from truant.connectors.store.people_schema import web_sessions as table
from truant.connectors.store.users import Role, User

NOW = 1_800_000_000_000


def begin(store: Store) -> str:
    with store.write() as conn:
        users.keep(conn, User("ann", Role.ANALYST, NOW, "hash"))
        return web_sessions.begin(conn, "ann", NOW)


def test_a_token_opens_its_session_and_is_not_kept(store: Store) -> None:
    token = begin(store)
    with store.read() as conn:
        found = web_sessions.find(conn, token, NOW)
        assert found is not None
        assert (found.user, found.role) == ("ann", Role.ANALYST)
        assert web_sessions.find(conn, f"{token}x", NOW) is None
        rows = conn.execute(select(table)).all()
    assert token not in repr(rows)


def test_sessions_end_when_idle_and_when_old(store: Store) -> None:
    token, idle, age = begin(store), web_sessions.IDLE_MAX, web_sessions.AGE_MAX
    with store.write() as conn:
        assert web_sessions.find(conn, token, NOW + idle) is not None
        assert web_sessions.find(conn, token, NOW + idle + 1) is None
        for hours in range(1, age // idle + 1):
            session = web_sessions.find(conn, token, NOW + idle * hours)
            assert session is not None
            web_sessions.note_use(conn, session, NOW + idle * hours)
        assert web_sessions.find(conn, token, NOW + age + 1) is None
        web_sessions.drop_ended(conn, NOW + age + 1)
        assert conn.execute(select(table)).all() == []


def test_sessions_end_with_their_user(store: Store) -> None:
    token = begin(store)
    with store.write() as conn:
        assert users.remove(conn, "ann")
        assert web_sessions.find(conn, token, NOW) is None


def test_all_but_one_can_be_ended(store: Store) -> None:
    token = begin(store)
    with store.write() as conn:
        other = web_sessions.begin(conn, "ann", NOW)
        mine = web_sessions.find(conn, token, NOW)
        assert mine is not None
        web_sessions.end_of(conn, "ann", but=mine.digest)
        assert web_sessions.find(conn, token, NOW) is not None
        assert web_sessions.find(conn, other, NOW) is None
