"""Encrypts the secrets of API keys at rest.

SigV4 proves the possession of a secret by an HMAC with it, so whoever verifies must have the
secret itself: a hash, as for passwords, does not serve. The secrets lie in the database encrypted
with AES-256-GCM, the key of which lies beside it in a file of mode 0600, or in the environment.
A stolen copy of the database alone gives no secret away; one of both does.
"""

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ENVIRONMENT = "TRUANT_STORE_KEY"  # 32 bytes in base64
KEY_BYTES, NONCE_BYTES = 32, 12
_FORM = b"\x01"


class BadKey(ValueError):
    """The key is not there, open to others, or not the one that the secrets were sealed with."""


class KeyBox:
    """Seals and opens secrets with one key."""

    def __init__(self, key: bytes) -> None:
        """Hold a key of 32 bytes. Raises BadKey for any other."""
        if len(key) != KEY_BYTES:
            raise BadKey(f"the store's key has {len(key)} bytes, not {KEY_BYTES}")
        self._cipher = AESGCM(key)

    def seal(self, secret: str, name: str) -> bytes:
        """Encrypt a secret, bound to the `name` of what it belongs to."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return _FORM + nonce + self._cipher.encrypt(nonce, secret.encode(), name.encode())

    def open(self, sealed: bytes, name: str) -> str:
        """Decrypt what `seal` made for the same name. Raises BadKey."""
        nonce, content = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, content, name.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise BadKey(
                f"the secret of {name} was not sealed with this key. Give the key file that was "
                "made with this database, or delete the API key and create another."
            ) from error


def from_environment() -> KeyBox | None:
    """The box of the key in TRUANT_STORE_KEY, or None where it is not set. Raises BadKey."""
    encoded = os.environ.get(ENVIRONMENT)
    if not encoded:
        return None
    try:
        return KeyBox(base64.b64decode(encoded, validate=True))
    except binascii.Error as error:
        raise BadKey(f"{ENVIRONMENT} is not base64. Give 32 bytes in base64.") from error


def from_file(path: Path, *, make: bool) -> KeyBox:
    """The box of a key file; `make`: write a new one where there is none. Raises BadKey."""
    try:
        if make:
            _make(path)
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise BadKey(f"{path}: others than its owner may use it. Run: chmod 600 {path}")
        return KeyBox(base64.b64decode(path.read_bytes().strip(), validate=True))
    except FileNotFoundError as error:
        raise BadKey(
            f"{path}: there is no key file, and API keys were sealed with one. Put it back, or "
            f"set {ENVIRONMENT}."
        ) from error
    except OSError as error:
        raise BadKey(f"{path}: {error.strerror}. Check its owner and folder.") from error
    except binascii.Error as error:
        raise BadKey(f"{path}: is no key file. Put back the one made with the database.") from error


def _make(path: Path) -> None:
    """Write a new key, unless there is one already: whole or not at all, for its owner alone."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)  # fails where another process was first: then its key is the key
    except FileExistsError:
        return
    finally:
        fresh.unlink(missing_ok=True)
