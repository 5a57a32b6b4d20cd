"""What a response has to know of a finding, taken from its JSON without trusting its shape."""

import re
from collections.abc import Mapping

from truant.model.network import is_account

Object = Mapping[str, object]
_ROLE_SESSION = re.compile(r"arn:[^:]*:sts::(\d{12}):assumed-role/([^/]+)/(.+)", re.DOTALL)


class Case:
    """Names of a finding; what is not there is "unknown", so that a plan can still be read."""

    def __init__(self, finding: Object) -> None:
        """Take out what is needed."""
        key, instance = (
            at(finding, "resource", name) for name in ("accessKeyDetails", "instanceDetails")
        )
        self.id = text(finding.get("id"))
        self.type = text(finding.get("type"))
        self.account = text(finding.get("accountId"))
        self.region = text(finding.get("region"))
        self.role = text(key.get("userName"))
        self.principal = str(key.get("principalId") or "")
        self.key = text(key.get("accessKeyId"))
        self.instance = text(instance.get("instanceId"))
        self.interfaces = [
            text(one.get("networkInterfaceId"))
            for one in objects(instance.get("networkInterfaces"))
        ]
        subnets = (text(o.get("subnetId")) for o in objects(instance.get("networkInterfaces")))
        self.subnet = next(subnets, None)
        self.info = at(finding, "service", "additionalInfo")
        action = at(finding, "service", "action", "awsApiCallAction")
        remote = at(action, "remoteAccountDetails")
        named = str(remote.get("accountId") or "")
        self.remote_account = named if is_account(named) else None
        self.is_affiliated = remote.get("affiliated") is True
        self.is_inside = bool(remote)

    @property
    def is_of_aws(self) -> bool:
        """Whether the role is one that AWS keeps for an instance: it takes no policy."""
        return self.role.startswith("aws:")

    def made(self) -> list[tuple[str, str, str | None]]:
        """What was made from there: kind, name, region of the call, where it is known."""
        regions = {
            str(call.get("eventId")): str(call["region"])
            for origin in objects(self.info.get("origins"))
            for call in objects(origin.get("calls"))
            if call.get("region")
        }
        found = [
            (text(one.get("kind")), text(one.get("name")), regions.get(str(one.get("eventId"))))
            for one in objects(self.info.get("made"))
        ]
        return list(dict.fromkeys(found))

    def used_keys(self) -> list[str]:
        """The access keys that were used from there, in order."""
        origins = objects(self.info.get("origins"))
        used = [str(one["accessKeyId"]) for one in origins if one.get("accessKeyId")]
        return list(dict.fromkeys(used or [self.key]))


def role_session(arn: str) -> tuple[str, str, str] | None:
    """Account, role and session's name of an assumed role's ARN; None for anything else."""
    found = _ROLE_SESSION.fullmatch(arn)
    return (found[1], found[2], found[3]) if found else None


def text(value: object) -> str:
    """A text, or "unknown"."""
    return value if isinstance(value, str) and value else "unknown"


def at(value: object, *path: str) -> Object:
    """The object at a path of members; an empty one where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def objects(value: object) -> list[Object]:
    """The objects of a list; none where it is no list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
