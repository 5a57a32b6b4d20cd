"""Credentials made, as the trail tells it: keys issued to instances, and keys made with keys.

For AssumeRole and its kin CloudTrail records the whole answer but the secret key (IAM User Guide,
"Logging IAM and AWS STS API calls with CloudTrail"): the new key's id is there, and so a key used
anywhere is known to be of its instance, or to descend from one. The session token, which is
recorded too, is never looked at.
"""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct, field

from truant.model.api_call import ApiCall, UserIdentity, blob, identity_of
from truant.model.event_time import any_form
from truant.model.fact import EC2, Mint
from truant.model.json_tree import member, text
from truant.model.network import canonical
from truant.model.role_session import is_instance_id

_LENGTH_MAX = 256  # AWS's names and ids are shorter
_VALID_MAX = 40 * 3600  # GetSessionToken's and GetFederationToken's bound is 36 hours
SIGN_INS = frozenset({"GetSigninToken", "ConsoleLogin", "SwitchRole"})
MINTS = SIGN_INS | {
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "AssumeRoot",
    "GetFederationToken",
    "GetSessionToken",
    "CreateAccessKey",
    "CreateSession",
    "RequestManagedInstanceRoleToken",
}


class _Asked(Struct, gc=False):
    role_session_name: str | None = field(default=None, name="roleSessionName")


_asked = msgspec.json.Decoder(_Asked)


def is_a_services_own(call: ApiCall, who: UserIdentity) -> bool:
    """Whether the credentials made are those of a service other than EC2, for itself.

    They have no lineage, and if their session's name is no instance's id, no judgement ever asks
    for them. Lambda's alone are one record in ten of a busy trail, so that they are left out.
    """
    if who.type != "AWSService" or who.invoked_by == EC2:
        return False
    try:
        name = _asked.decode(call.request_parameters).role_session_name
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
    return name is not None and not is_instance_id(name)


def mints(call: ApiCall, time: int) -> Iterator[Mint]:
    """The credentials that one call made, if it succeeded and its answer names their key."""
    if call.event_name not in MINTS or call.error_code:
        return
    answered, asked = blob(call.response_elements), blob(call.request_parameters)
    key = text(answered, "accessKeyId")
    if key is None:
        return
    mint = _mint(call, time, key, asked, answered)
    # GetSigninToken answers with the key that asked, where no session duration is given.
    if mint.key != mint.parent_key:
        yield mint


def _mint(
    call: ApiCall,
    time: int,
    key: str,
    asked: Mapping[str, object],
    answered: Mapping[str, object],
) -> Mint:
    identity = identity_of(bytes(call.user_identity))
    by_service = identity is not None and identity.type == "AWSService"
    maker = None if by_service else identity
    return Mint(
        key=_cut(key) or "",
        time=time,
        event_id=_cut(call.shared_event_id or call.event_id) or "",
        api=f"{(call.event_source or '').split('.')[0]}:{call.event_name}"[:_LENGTH_MAX],
        account=_cut(call.recipient_account_id),
        issuer=_cut(identity.invoked_by) if by_service and identity else None,
        parent_principal=_cut(maker.principal_id) if maker else None,
        parent_key=_cut(maker.access_key_id) if maker else None,
        role_arn=_cut(text(asked, "roleArn")),
        session_name=_cut(text(asked, "roleSessionName")),
        expires=_expiry(member(answered.get("credentials"), "expiration"), time),
        address=canonical(call.source_ip_address or ""),
        endpoint=_cut(call.vpc_endpoint_id),
        user_name=_cut(text(answered, "userName")),
        region=_cut(call.aws_region),
        principal=_cut(text(answered, "assumedRoleId")),
    )


def _expiry(value: object, time: int) -> int | None:
    """The end of validity; None for a time that no credential can have."""
    expires = any_form(value)
    return expires if expires is not None and 0 <= expires - time <= _VALID_MAX else None


def _cut(text: str | None) -> str | None:
    return text[:_LENGTH_MAX] if text else None
