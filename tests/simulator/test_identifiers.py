"""Identifiers have AWS's forms, and keys carry their account as real ones do."""

import base64
import random
import re

from hypothesis import given
from hypothesis import strategies as st

from truant.simulator.identifiers import Ids


def account_in(key: str) -> str:
    """The account that an access key id carries, by the published decoding."""
    head = int.from_bytes(base64.b32decode(key[4:20])[:6], "big")
    return f"{(head & 0x7FFFFFFFFF80) >> 7:012d}"


@given(st.integers(0, 10**12 - 1), st.integers(0, 2**32))
def test_keys_and_roles_carry_their_account(number: int, seed: int) -> None:
    account, ids = f"{number:012d}", Ids(random.Random(seed))
    assert account_in(ids.key(account)) == account
    assert account_in(ids.user_key(account)) == account
    assert account_in(ids.principal("AROA", account)) == account


def test_forms() -> None:
    ids = Ids(random.Random(1))
    assert re.fullmatch(r"ASIA[A-Z2-7]{16}", ids.key("111122223333"))
    assert re.fullmatch(r"AROA[A-Z2-7]{17}", ids.principal("AROA", "111122223333"))
    assert re.fullmatch(r"vpc-0[0-9a-f]{16}", ids.resource("vpc"))
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", ids.uuid())
    assert re.fullmatch(r"[1-9]\d{11}", ids.account())
