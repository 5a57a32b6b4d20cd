"""What a call leaves behind that outlives it: what must be undone when the caller was a thief.

One row in MAKINGS for each API: what the thing is called in a finding, and the member of the answer
or the request that names it.
"""

from truant.model.api_call import ApiCall, blob
from truant.model.json_tree import objects_with, texts
from truant.model.sighting import Made

_NAME_LENGTH = 256
MAKINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "AssumeRole": ("role session", ("arn", "roleArn")),
    "AssumeRoot": ("root session", ("targetPrincipal",)),
    "GetFederationToken": ("federated session", ("arn", "name")),
    "GetSigninToken": ("console sign-in", ()),
    "ConsoleLogin": ("console sign-in", ()),
    "CreateSession": ("S3 Express session", ("bucketName",)),
    "GetWebIdentityToken": ("identity token for third parties", ("audience",)),
    "CreateUser": ("IAM user", ("userName",)),
    "CreateAccessKey": ("access key", ("accessKeyId",)),
    "CreateLoginProfile": ("console password", ("userName",)),
    "UpdateLoginProfile": ("console password", ("userName",)),
    "CreateServiceSpecificCredential": ("service credential", ("serviceUserName",)),
    "UploadSSHPublicKey": ("SSH key", ("sSHPublicKeyId", "userName")),
    "CreateRole": ("IAM role", ("roleName",)),
    "UpdateAssumeRolePolicy": ("trust policy of a role", ("roleName",)),
    "CreateInstanceProfile": ("instance profile", ("instanceProfileName",)),
    "AttachUserPolicy": ("policy of a user", ("userName",)),
    "PutUserPolicy": ("policy of a user", ("userName",)),
    "AttachRolePolicy": ("policy of a role", ("roleName",)),
    "PutRolePolicy": ("policy of a role", ("roleName",)),
    "AddUserToGroup": ("group membership", ("userName",)),
    "CreateSAMLProvider": ("identity provider", ("sAMLProviderArn", "name")),
    "CreateOpenIDConnectProvider": ("identity provider", ("openIDConnectProviderArn", "url")),
    "CreateTrustAnchor": ("Roles Anywhere trust anchor", ("trustAnchorArn", "name")),
    "RunInstances": ("EC2 instance", ("instanceId",)),
    "CreateKeyPair": ("key pair", ("keyName",)),
    "ImportKeyPair": ("key pair", ("keyName",)),
    "AuthorizeSecurityGroupIngress": ("security group opening", ("groupId", "groupName")),
    "ModifyImageAttribute": ("shared image", ("imageId",)),
    "ModifySnapshotAttribute": ("shared snapshot", ("snapshotId",)),
    "CreateFunction20150331": ("Lambda function", ("functionName",)),
    "CreateFunction20150331v2": ("Lambda function", ("functionName",)),
    "AddPermission20150331v2": ("Lambda permission", ("functionName",)),
    "PutBucketPolicy": ("bucket policy", ("bucketName",)),
    "SendCommand": ("command on instances", ("instanceIds", "instanceId", "documentName")),
    "StartSession": ("shell on an instance", ("target",)),
    "StopLogging": ("stopped trail", ("name",)),
    "DeleteTrail": ("deleted trail", ("name",)),
    "UpdateTrail": ("changed trail", ("name",)),
    "PutEventSelectors": ("changed trail", ("trailName",)),
}
TAMPERINGS = frozenset({"stopped trail", "deleted trail", "changed trail"})


def makings(call: ApiCall, time: int) -> tuple[Made, ...]:
    """What one successful call made; nothing for the most of them."""
    row = MAKINGS.get(call.event_name or "")
    answered, asked = blob(call.response_elements), blob(call.request_parameters)
    # A sign-in that failed has no error code.
    if row is None or call.error_code or answered.get("ConsoleLogin") == "Failure":
        return ()
    kind, members = row
    found = (_named(value, name) for name in members for value in (answered, asked))
    names = next((names for names in found if names), ("",))
    event_id = (call.event_id or "")[:_NAME_LENGTH]
    return tuple(Made(time, kind, name[:_NAME_LENGTH], event_id) for name in names)


def _named(value: object, name: str) -> tuple[str, ...]:
    """The texts under a member, and those in a list under it (`instanceIds`, `audience`)."""
    found = [one[name] for one in objects_with(value, name)]
    listed = [text for some in found if isinstance(some, list) for text in some]
    named = dict.fromkeys(text for text in listed if isinstance(text, str) and text)
    return (*texts(value, name), *named)
