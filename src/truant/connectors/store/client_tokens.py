"""Requests that a client may repeat: the answer to the first is the answer to all."""

from sqlalchemy import Connection, delete, select

from truant.connectors.store.columns import key, put
from truant.connectors.store.schema import client_tokens


class OtherRequest(ValueError):
    """The token was used before, with another request."""


def answered(
    conn: Connection, account: str, operation: str, token: str, digest: bytes
) -> str | None:
    """The answer that was given to this request before, or None. Raises OtherRequest."""
    where = (
        (client_tokens.c.account == account)
        & (client_tokens.c.operation == operation)
        & (client_tokens.c.token == key(token))
    )
    found = conn.execute(
        select(client_tokens.c.digest, client_tokens.c.answer).where(where)
    ).first()
    if found is None:
        return None
    if found.digest != digest:
        raise OtherRequest(token)
    answer: str = found.answer
    return answer


def keep(
    conn: Connection,
    account: str,
    operation: str,
    token: str,
    digest: bytes,
    answer: str,
    at: int,
) -> None:
    """Note an answer, at a time (milliseconds)."""
    row = {
        "account": account,
        "operation": operation,
        "token": key(token),
        "digest": digest,
        "answer": answer,
        "at": at,
    }
    put(conn, client_tokens, [row])


def forget_before(conn: Connection, at: int) -> int:
    """Forget the answers of before a time (milliseconds); gives how many."""
    return conn.execute(delete(client_tokens).where(client_tokens.c.at < at)).rowcount
