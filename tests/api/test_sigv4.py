"""Tests of `sigv4`: what botocore signs is taken, and nothing that differs from it in anything."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from truant.api.errors import ApiError, IncompleteSignature, InvalidSignature, MissingAuthentication
from truant.api.sigv4 import Presented, Request, verify

KEY, SECRET = "AKIATESTTESTTESTTEST", "s" * 40


def signed(
    method: str = "POST",
    target: str = "/detector/abc/findings?b=2&a=1",
    body: bytes = b'{"x":1}',
    *,
    secret: str = SECRET,
    token: str | None = None,
    key_id: str = KEY,
    signer: type = SigV4Auth,
    service: str = "guardduty",
    headers: dict[str, str] | None = None,
) -> tuple[Request, float]:
    """A request as boto3 would send it, and when it was signed."""
    request = AWSRequest(method, f"http://127.0.0.1:8443{target}", data=body, headers=headers or {})
    signer(Credentials(key_id, secret, token), service, "eu-west-1").add_auth(request)
    prepared = request.prepare()
    sent = [(name.lower(), _text(value)) for name, value in prepared.headers.items()]
    parts = urlsplit(prepared.url)
    sent.append(("host", "127.0.0.1:8443"))
    stamp = request.context["timestamp"]
    return Request(method, parts.path, parts.query, tuple(sent), body), _epoch(stamp)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _epoch(stamp: str) -> float:
    import datetime as dt

    return dt.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC).timestamp()


def secret_of(key_id: str) -> str | None:
    return SECRET if key_id == KEY else None


def check(request: Request, now: float) -> Presented:
    return verify(request, secret_of, now)


def with_headers(request: Request, **changed: str | None) -> Request:
    """The request with headers changed, added, or (None) taken away."""
    names = {name.replace("_", "-"): value for name, value in changed.items()}
    kept = [(name, value) for name, value in request.headers if name not in names]
    kept += [(name, value) for name, value in names.items() if value is not None]
    return msgspec.structs.replace(request, headers=tuple(kept))


PATHS = st.lists(
    st.text(
        st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=["Cs"]), min_size=1
    ),
    min_size=1,
    max_size=4,
)


@given(
    st.sampled_from(["GET", "POST", "DELETE", "PATCH"]),
    PATHS,
    st.dictionaries(st.text(max_size=5), st.text(max_size=8), max_size=3),
    st.binary(max_size=64),
)
def test_what_botocore_signs_is_taken(
    method: str, path: list[str], query: dict[str, str], body: bytes
) -> None:
    from urllib.parse import quote, urlencode

    parts = [part for part in path if part not in (".", "..")] or ["x"]
    target = "/" + "/".join(quote(part, safe="") for part in parts)
    target += f"?{urlencode(query)}" if query else ""
    request, now = signed(method, target, body)
    claimed = check(request, now)
    assert (claimed.key_id, claimed.region) == (KEY, "eu-west-1")


def test_headers_beyond_the_usual_may_be_signed() -> None:
    digest = hashlib.sha256(b'{"x":1}').hexdigest()
    request, now = signed(headers={"X-Amz-Content-SHA256": digest, "Content-Type": "text/x"})
    assert "x-amz-content-sha256" in check(request, now).signed_headers


@given(st.sampled_from(["method", "path", "query", "body"]), st.data())
def test_nothing_may_change_after_signing(member: str, data: st.DataObject) -> None:
    request, now = signed()
    other = {
        "method": st.sampled_from(["GET", "PUT"]),
        "path": st.text("abc/%2F", min_size=1).map(lambda text: f"/{text}"),
        "query": st.text("abc=&12"),
        "body": st.binary(max_size=9),
    }[member]
    value: Any = data.draw(other.filter(lambda one: one != getattr(request, member)))
    changed = msgspec.structs.replace(request, **{member: value})
    if member == "query" and sorted(value.split("&")) == sorted(request.query.split("&")):
        return
    with pytest.raises(ApiError) as caught:
        check(changed, now)
    assert caught.value.status == 403


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"authorization": None}, MissingAuthentication),
        ({"authorization": "Bearer x"}, IncompleteSignature),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=x"}, IncompleteSignature),
        ({"host": "127.0.0.1:9"}, InvalidSignature),
        ({"host": None}, IncompleteSignature),
        ({"host": "a/../b"}, IncompleteSignature),
        ({"x_amz_date": None}, IncompleteSignature),
        ({"x_amz_date": "20261301T000000Z"}, IncompleteSignature),
        ({"x_amz_date": "yesterday"}, IncompleteSignature),
        ({"x_amz_target": "unsigned"}, InvalidSignature),
        ({"x_amz_content_sha256": "UNSIGNED-PAYLOAD"}, InvalidSignature),
    ],
)
def test_headers_that_do_not_fit_are_refused(
    changed: dict[str, str | None], error: type[ApiError]
) -> None:
    request, now = signed()
    with pytest.raises(error):
        check(with_headers(request, **changed), now)


def test_an_unsigned_payload_is_refused_though_it_is_signed_so() -> None:
    request, now = signed(headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
    with pytest.raises(InvalidSignature, match="not the digest of the body"):
        check(request, now)


@pytest.mark.parametrize("apart", [-301, 301, 86_400, -86_400])
def test_a_signature_is_good_for_five_minutes(apart: int) -> None:
    request, now = signed()
    check(request, now + 299)
    check(request, now - 299)
    with pytest.raises(InvalidSignature, match="more than 5 minutes"):
        check(request, now + apart)


def test_the_scope_must_be_of_the_day_and_the_service() -> None:
    request, now = signed(service="s3")
    with pytest.raises(InvalidSignature, match="correct service"):
        check(request, now)
    request, now = signed()
    authorization = request.one("authorization") or ""
    day = authorization.split("/")[1]
    with pytest.raises(InvalidSignature, match="Date in Credential scope"):
        check(with_headers(request, authorization=authorization.replace(day, "20200101")), now)


@pytest.mark.parametrize("missing", ["host", "x-amz-date"])
def test_what_must_be_signed_is_signed(missing: str) -> None:
    request, now = signed()
    authorization = request.one("authorization") or ""
    for form in (f";{missing}", f"{missing};"):
        authorization = authorization.replace(form, "")
    with pytest.raises(IncompleteSignature, match="SignedHeaders must name"):
        check(with_headers(request, authorization=authorization), now)


def test_unknown_keys_and_wrong_signatures_get_one_answer() -> None:
    request, now = signed()
    with pytest.raises(InvalidSignature) as unknown:
        verify(request, lambda _: None, now)
    request, now = signed(secret="t" * 40)
    with pytest.raises(InvalidSignature) as wrong:
        check(request, now)
    assert (unknown.value.message, unknown.value.type) == (wrong.value.message, wrong.value.type)


def test_nobody_signs_with_the_secret_of_nobody() -> None:
    request, now = signed(secret="x" * 40)
    with pytest.raises(InvalidSignature):
        verify(request, lambda _: None, now)


def test_presigned_urls_and_session_tokens_are_refused() -> None:
    request, now = signed(signer=SigV4QueryAuth, body=b"")
    with pytest.raises(IncompleteSignature, match="Presigned"):
        check(request, now)
    request, now = signed(token="a session token")
    with pytest.raises(InvalidSignature, match="no session token"):
        check(request, now)


def test_two_authorizations_are_none() -> None:
    request, now = signed()
    twice = (*request.headers, ("authorization", request.one("authorization") or ""))
    with pytest.raises(IncompleteSignature, match="once"):
        check(msgspec.structs.replace(request, headers=twice), now)


@pytest.mark.parametrize(
    "path", ["/detector/x/../y", "//detector", "/a#b", "/a b", "/a\tb", "/./a"]
)
def test_paths_that_are_signed_as_others_are_refused(path: str) -> None:
    request, now = signed()
    with pytest.raises(IncompleteSignature, match="path or query"):
        check(msgspec.structs.replace(request, path=path), now)


@given(st.text(max_size=200), st.text(max_size=40), st.text(max_size=40))
def test_whatever_stands_there_is_answered_with_an_error(one: str, host: str, date: str) -> None:
    request, now = signed()
    changed = with_headers(request, authorization=f"AWS4-HMAC-SHA256 {one}", host=host)
    with pytest.raises(ApiError):
        check(with_headers(changed, x_amz_date=date), now)
