"""The signature of webhooks, as Standard Webhooks has it, so that its libraries verify it.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
SECRET_MIN, SECRET_MAX = 24, 64  # bytes


class BadSecret(ValueError):
    """The secret is none; the message says what it must be."""


def secret(text: str) -> bytes:
    """The bytes of a secret like `whsec_…`, base64 behind the prefix. Raises BadSecret."""
    try:
        found = base64.b64decode(text.strip().removeprefix(PREFIX), validate=True)
    except binascii.Error:
        found = b""
    if not SECRET_MIN <= len(found) <= SECRET_MAX:
        raise BadSecret(
            f"it must be {PREFIX} and {SECRET_MIN} to {SECRET_MAX} random bytes in base64: "
            "echo whsec_$(openssl rand -base64 32)"
        )
    return found


def headers(key: str, at: int, body: bytes, secrets: tuple[bytes, ...]) -> dict[str, str]:
    """The headers of a message. `key`: its id; `at`: epoch seconds.

    Of several secrets each signs, so that one can be replaced by another.
    """
    told = f"{key}.{at}.".encode() + body
    signed = [hmac.new(one, told, hashlib.sha256).digest() for one in secrets]
    return {
        "webhook-id": key,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in signed),
    }
