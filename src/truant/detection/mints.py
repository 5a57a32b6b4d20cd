"""Credentials made, as the trail tells it: keys issued to instances, and keys made with keys.

For AssumeRole and its kin CloudTrail records the whole answer but the secret key (IAM User Guide,
"Logging IAM and AWS STS API calls with CloudTrail"): the new key's id is there, and so a key used
anywhere is known to be of its instance, or to descend from one. The session token, which is
recorded too, is never looked at.
"""

from collections.abc import Iterator, Mapping

from truant.model.api_call import ApiCall, blob, identity_of
from truant.model.event_time import any_form
from truant.model.fact import Mint
from truant.model.json_tree import member, text
from truant.model.network import canonical

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


def mints(call: ApiCall, time: int) -> Iterator[Mint]:
    """The credentials that one call made, if it succeeded and its answer names their key."""
    if call.event_name not in MINTS or call.error_code:
        return
    answered, asked = blob(call.response_elements), blob(call.request_parameters)
    key = text(answered, "accessKeyId")
    if key is None:
        return
    yield _mint(call, time, key, asked, answered)


def _mint(
    call: ApiCall,
    time: int,
    key: str,
    asked: Mapping[str, object],
    answered: Mapping[str, object],
) -> Mint:
    identity = identity_of(bytes(call.user_identity))
    by_service = identity is not None and identity.type == "AWSService"
    return Mint(
        key=key,
        time=time,
        event_id=call.shared_event_id or call.event_id or "",
        api=f"{(call.event_source or '').split('.')[0]}:{call.event_name}",
        account=call.recipient_account_id,
        issuer=identity.invoked_by if by_service and identity else None,
        parent_principal=None if by_service or identity is None else identity.principal_id,
        parent_key=None if by_service or identity is None else identity.access_key_id,
        role_arn=text(asked, "roleArn"),
        session_name=text(asked, "roleSessionName"),
        expires=any_form(member(answered.get("credentials"), "expiration")),
        address=canonical(call.source_ip_address or ""),
        endpoint=call.vpc_endpoint_id,
        user_name=text(answered, "userName"),
        region=call.aws_region,
        principal=text(answered, "assumedRoleId"),
    )
