"""Verifies AWS Signature Version 4, with botocore's own signer as the measure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html. The URL is rebuilt from the
raw path: a decoded one would be another. An unknown key and a wrong signature get the same answer
after the same work.
"""

import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials
from botocore.utils import normalize_url_path
from msgspec import Struct

from truant.api.errors import IncompleteSignature, InvalidSignature, MissingAuthentication

SERVICE = "guardduty"
WINDOW_SECONDS = 300
ALGORITHM = "AWS4-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} +Credential=([A-Za-z0-9]{{4,128}})/(\d{{8}})/([a-z0-9-]{{1,32}})/"
    r"([a-z0-9-]{1,32})/aws4_request *, *SignedHeaders=([a-z0-9;_-]{1,2048}) *, *"
    r"Signature=([0-9a-f]{64})"
)
_DATE = re.compile(r"\d{8}T\d{6}Z")
_HOST = re.compile(r"[A-Za-z0-9._\[\]:-]{1,255}")
# What a URL may hold as it is; without the fragment's mark, behind which nothing would be signed.
_TARGET = re.compile(r"[!\"$-~]*")
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "access key, its secret, and the signing method."
)
_NOBODY = "x" * 40  # the secret with which the signatures of unknown keys are worked out


class Request(Struct, frozen=True):
    """An HTTP request as it came: the path undecoded, header names in lower case."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def all_of(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for header, value in self.headers if header == name]

    def one(self, name: str) -> str | None:
        """The value of a header that stands once; None where it is missing or stands twice."""
        values = self.all_of(name)
        return values[0] if len(values) == 1 else None


class Presented(Struct, frozen=True):
    """What an Authorization header claims."""

    key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str


class _Signer(SigV4Auth):  # type: ignore[misc]
    """botocore's signer, over exactly the headers that were signed."""

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        return request.headers


def verify(request: Request, secret_of: Callable[[str], str | None], now: float) -> Presented:
    """Check a request's signature. Raises ApiErrors with status 403.

    `secret_of`: the secret of a key's id, or None. `now`: epoch seconds.
    """
    claimed = presented(request)
    _check_target(request)
    _check_headers(request, claimed)
    timestamp = _check_time(request, claimed, now)
    _check_body(request)
    if claimed.service != SERVICE:
        raise InvalidSignature(f"Credential should be scoped to correct service: '{SERVICE}'.")
    secret = secret_of(claimed.key_id)
    expected = _signature(request, claimed, secret or _NOBODY, timestamp)
    if not hmac.compare_digest(expected, claimed.signature) or secret is None:
        raise InvalidSignature(_MISMATCH)
    return claimed


def presented(request: Request) -> Presented:
    """Read the Authorization header. Raises ApiErrors where there is none of the right form."""
    if "x-amz-signature" in request.query.lower():
        raise IncompleteSignature(
            "Presigned requests are not accepted. Sign the Authorization header."
        )
    given = request.all_of("authorization")
    if not given:
        raise MissingAuthentication("Missing Authentication Token")
    found = _AUTHORIZATION.fullmatch(given[0].strip()) if len(given) == 1 else None
    if found is None:
        raise IncompleteSignature(
            f"The Authorization header must be {ALGORITHM} with Credential, SignedHeaders and "
            "Signature, once."
        )
    key_id, date, region, service, headers, signature = found.groups()
    return Presented(key_id, date, region, service, tuple(headers.split(";")), signature)


def _check_target(request: Request) -> None:
    """Only what is signed as it stands: nothing that normalising would turn into something else."""
    plain = _TARGET.fullmatch(request.path) and _TARGET.fullmatch(request.query)
    if not plain or normalize_url_path(request.path) != request.path:
        raise IncompleteSignature("The path or query holds what a signed URL may not hold.")


def _check_headers(request: Request, claimed: Presented) -> None:
    signed = set(claimed.signed_headers)
    if not {"host", "x-amz-date"} <= signed or len(signed) != len(claimed.signed_headers):
        raise IncompleteSignature("SignedHeaders must name host and x-amz-date, and each once.")
    unsigned = {name for name, _ in request.headers if name.startswith("x-amz-")} - signed
    if unsigned:
        raise InvalidSignature("There were headers present in the request which were not signed.")
    if _HOST.fullmatch(request.one("host") or "") is None:
        raise IncompleteSignature("The host header is missing, doubled, or no host.")
    if request.one("x-amz-security-token") is not None:
        raise InvalidSignature("The keys of this service have no session token. Leave it out.")


def _check_time(request: Request, claimed: Presented, now: float) -> str:
    timestamp = request.one("x-amz-date") or ""
    signed_at = _moment(timestamp)
    if signed_at is None:
        raise IncompleteSignature("x-amz-date must be like 20261124T120000Z, once.")
    if timestamp[:8] != claimed.date:
        raise InvalidSignature("Date in Credential scope does not match that of x-amz-date.")
    apart = now - signed_at
    if abs(apart) > WINDOW_SECONDS:
        word = "expired" if apart > 0 else "not yet current"
        raise InvalidSignature(
            f"Signature {word}: {timestamp} is more than {WINDOW_SECONDS // 60} minutes from the "
            "time of this service. Set the clock."
        )
    return timestamp


def _moment(timestamp: str) -> float | None:
    if _DATE.fullmatch(timestamp) is None:
        return None
    try:
        return datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _check_body(request: Request) -> None:
    """A digest that a header claims must be that of the body as it came."""
    digest = sha256(request.body).hexdigest()
    for claimed in request.all_of("x-amz-content-sha256"):
        if not hmac.compare_digest(claimed.encode(), digest.encode()):
            raise InvalidSignature("x-amz-content-sha256 is not the digest of the body.")


def _signature(request: Request, claimed: Presented, secret: str, timestamp: str) -> str:
    host = request.one("host") or ""
    query = f"?{request.query}" if request.query else ""
    copy = AWSRequest(method=request.method, url=f"http://{host}{request.path}{query}")
    signed = set(claimed.signed_headers)
    for name, value in request.headers:
        if name in signed:
            copy.headers[name] = value
    copy.data = request.body
    copy.context["timestamp"] = timestamp
    signer = _Signer(Credentials(claimed.key_id, secret), claimed.service, claimed.region)
    canonical: str = signer.canonical_request(copy)
    signature: str = signer.signature(signer.string_to_sign(copy, canonical), copy)
    return signature
