"""A finding's JSON as the other forms need it: decoded once, with types.

Members: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct, field


class AccessKey(Struct, rename="camel"):
    """Whose key was used."""

    access_key_id: str = ""
    principal_id: str = ""
    user_name: str = ""
    user_type: str = ""


class Instance(Struct, rename="camel"):
    """The instance whose credentials they are."""

    instance_id: str = ""
    instance_type: str | None = None
    image_id: str | None = None


class Resource(Struct, rename="camel"):
    """What was misused."""

    access_key_details: AccessKey = field(default_factory=AccessKey)
    instance_details: Instance = field(default_factory=Instance)


class Country(Struct, rename="camel"):
    """Where an address is delegated to."""

    country_code: str | None = None


class Organization(Struct, rename="camel"):
    """Who announces an address."""

    asn: str | None = None
    asn_org: str | None = None


class RemoteIp(Struct, rename="camel"):
    """The address of the latest use."""

    v4: str | None = field(default=None, name="ipAddressV4")
    v6: str | None = field(default=None, name="ipAddressV6")
    country: Country = field(default_factory=Country)
    organization: Organization = field(default_factory=Organization)

    @property
    def address(self) -> str | None:
        """Of whichever family."""
        return self.v4 or self.v6


class RemoteAccount(Struct, rename="camel"):
    """The account from which it was used."""

    account_id: str | None = None
    affiliated: bool | None = None


class ApiCall(Struct, rename="camel"):
    """The latest call."""

    api: str = ""
    service_name: str = ""
    user_agent: str | None = None
    error_code: str | None = None
    remote_ip_details: RemoteIp = field(default_factory=RemoteIp)
    remote_account_details: RemoteAccount = field(default_factory=RemoteAccount)


class Action(Struct, rename="camel"):
    """What was done."""

    aws_api_call_action: ApiCall = field(default_factory=ApiCall)


class Reason(Struct, rename="camel"):
    """One piece of evidence: its weight in log-odds, and its sentence."""

    signal: str = ""
    weight: float = 0.0
    sentence: str = ""


class Info(Struct, rename="camel"):
    """Truant's own part."""

    evidence: list[Reason] = field(default_factory=list)
    event_ids: list[str] = field(default_factory=list)
    archived_because: str | None = None
    remote_party: str | None = None
    remote_network: str | None = None
    sample: bool = False


class Service(Struct, rename="camel"):
    """What the detector adds."""

    action: Action = field(default_factory=Action)
    additional_info: Info = field(default_factory=Info)
    archived: bool = False
    count: int = 1
    detector_id: str = ""
    event_first_seen: str = ""
    event_last_seen: str = ""


class Document(Struct, rename="camel"):
    """A finding. Times as in its JSON: ISO 8601."""

    account_id: str
    arn: str
    id: str
    region: str
    severity: float
    type: str
    created_at: str = ""
    updated_at: str = ""
    partition: str = "aws"
    title: str = ""
    description: str = ""
    confidence: float = 0.0
    resource: Resource = field(default_factory=Resource)
    service: Service = field(default_factory=Service)

    @property
    def call(self) -> ApiCall:
        """The latest call."""
        return self.service.action.aws_api_call_action

    @property
    def band(self) -> str:
        """GuardDuty's band of its severity: Low, Medium, High or Critical."""
        return next(name for least, name in _BANDS if self.severity >= least)


_BANDS = ((9.0, "Critical"), (7.0, "High"), (4.0, "Medium"), (float("-inf"), "Low"))


def read(document: Mapping[str, object]) -> Document:
    """Read a finding's JSON. Raises msgspec.ValidationError for what is no finding."""
    return msgspec.convert(document, Document)
