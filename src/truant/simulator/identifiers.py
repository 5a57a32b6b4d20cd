"""Made-up identifiers in AWS's own forms, drawn from a seeded generator.

Key and role ids carry their account in the first eight characters after the prefix, as real ones
do (an ASIA key and the AROA id of its role begin alike).
"""

import base64
import random

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
BASE64 = ALPHANUMERIC + "+/"


class Ids:
    """Draws identifiers; the same generator state gives the same identifiers."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def account(self) -> str:
        """A 12-digit account id."""
        return str(self._rng.randrange(10**11, 10**12))

    def resource(self, prefix: str) -> str:
        """An EC2 resource id such as `vpc-0a1b…`: the prefix and 17 hexadecimal digits."""
        return f"{prefix}-0{self._rng.getrandbits(64):016x}"

    def key(self, account: str) -> str:
        """A temporary access key id of an account (`ASIA…`, 20 characters)."""
        return "ASIA" + self._of_account(account)

    def user_key(self, account: str) -> str:
        """A long-lived access key id of an account (`AKIA…`, 20 characters)."""
        return "AKIA" + self._of_account(account)

    def principal(self, prefix: str, account: str) -> str:
        """An IAM unique id (`AROA…`, `AIDA…`, `AIPA…`, 21 characters)."""
        return prefix + self._of_account(account) + self._rng.choice(BASE32)

    def _of_account(self, account: str) -> str:
        head = (1 << 47) | (int(account) << 7) | self._rng.getrandbits(7)
        raw = head.to_bytes(6, "big") + self._rng.getrandbits(32).to_bytes(4, "big")
        return base64.b32encode(raw).decode()

    def uuid(self) -> str:
        """A version 4 UUID, as CloudTrail uses for event and most request ids."""
        digits = f"{self._rng.getrandbits(128):032x}"
        variant = "89ab"[int(digits[16], 16) & 3]
        return (
            f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        )

    def s3_request(self) -> str:
        """An S3 request id: 16 upper-case characters."""
        return self.text(16, "0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    def text(self, length: int, alphabet: str = ALPHANUMERIC) -> str:
        """A string of `length` characters of the alphabet."""
        draw, number = self._rng.random, len(alphabet)
        return "".join([alphabet[int(draw() * number)] for _ in range(length)])

    def session_token(self) -> str:
        """A session token; as long as a short real one, and as meaningless."""
        return "IQoJb3JpZ2luX2Vj" + self.text(280, BASE64) + "=="
