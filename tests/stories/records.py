"""CloudTrail records as AWS writes them, with what varies between services and versions."""

from dataclasses import dataclass
from random import Random

from tests.stories.identifiers import Ids, expiration, iso
from tests.stories.identity import Key, RoleSession, iam_user, identity, service
from tests.stories.ranges import Json
from tests.stories.services import GLOBAL, NAMES_ENDPOINT_OWNER, Action


@dataclass(frozen=True)
class Way:
    """How a call leaves: its address and, where it has one, the endpoint and its owner.

    An endpoint serves one service; `tells_owner` is False where no service writes the owner.
    """

    address: str
    endpoint: str = ""
    owner: str = ""
    service: str = ""
    tells_owner: bool = True


@dataclass
class Scribe:
    """Writes records of event version 1.`minor`."""

    rng: Random
    ids: Ids
    minor: int

    def call(
        self, key: Key, at: int, act: Action, way: Way, agent: str, region: str, **members: object
    ) -> Json:
        """A call with a key of a role session; `members` replace or add."""
        scoped = self.minor >= 11 and act.service != "logs" and self.rng.random() < 0.9
        record = self.envelope(identity(key, self.minor, scoped), at, act, region)
        record |= {"sourceIPAddress": way.address, "userAgent": agent}
        if key.console:
            record["sessionCredentialFromConsole"] = "true"
        self._network(record, act, way)
        self._tls(record, act, region)
        return record | members

    def envelope(self, who: Json, at: int, act: Action, region: str) -> Json:
        """Everything that every record has."""
        account = str(who.get("accountId", ""))
        record: Json = {
            "eventVersion": f"1.{self.minor:02d}",
            "userIdentity": who,
            "eventTime": iso(at),
            "eventSource": act.source,
            "eventName": act.name,
            "awsRegion": "us-east-1" if act.service in GLOBAL else region,
            "sourceIPAddress": "",
            "userAgent": "",
            "requestParameters": self._request(act, account),
            "responseElements": None,
            "requestID": self.ids.uuid(),
            "eventID": self.ids.uuid(),
            "readOnly": act.read_only,
            "eventType": "AwsApiCall",
            "managementEvent": not act.data,
            "recipientAccountId": account,
            "eventCategory": "Data" if act.data else "Management",
        }
        if act.service == "s3":
            record["additionalEventData"] = {
                "SignatureVersion": "SigV4",
                "CipherSuite": "ECDHE-RSA-AES128-GCM-SHA256",
                "bytesTransferredIn": 0,
                "AuthenticationMethod": "AuthHeader",
                "bytesTransferredOut": self.rng.randrange(100, 90000),
            }
        return record

    def _request(self, act: Action, account: str) -> Json | None:
        bucket = f"data-{account[-4:]}"
        if act.service == "s3" and act.name != "ListBuckets":
            told: Json = {"bucketName": bucket, "Host": f"{bucket}.s3.amazonaws.com"}
            return told | ({} if act.name == "ListObjects" else {"key": "in/2024/part-0001.csv"})
        if act.name.startswith("Describe"):
            return {"maxResults": 100}
        return None

    def _network(self, record: Json, act: Action, way: Way) -> None:
        if not way.endpoint:
            return
        record["vpcEndpointId"] = way.endpoint
        told = way.tells_owner and act.service in NAMES_ENDPOINT_OWNER
        if self.minor >= 9 and told and way.owner:
            record["vpcEndpointAccountId"] = way.owner

    def _tls(self, record: Json, act: Action, region: str) -> None:
        if self.rng.random() < 0.15:
            return
        details: Json = {
            "tlsVersion": self.rng.choice(("TLSv1.2", "TLSv1.3")),
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{act.service}.{region}.amazonaws.com",
        }
        if self.minor >= 11:
            details["keyExchange"] = "X25519MLKEM768"
        record["tlsDetails"] = details

    def issuance(self, key: Key, lifetime: int) -> Json:
        """EC2 takes a key for an instance: the AssumeRole that nobody's network made."""
        record = self._assumed(service("ec2.amazonaws.com"), key, lifetime)
        return record | {
            "sourceIPAddress": "ec2.amazonaws.com",
            "userAgent": "ec2.amazonaws.com",
            "recipientAccountId": key.session.account,
            "sharedEventID": self.ids.uuid(),
        }

    def assume(self, who: Json, way: Way, key: Key, agent: str) -> Json:
        """Somebody's AssumeRole that answered with `key`."""
        record = self._assumed(who, key, 3600)
        record |= {"sourceIPAddress": way.address, "userAgent": agent}
        self._network(record, Action("sts", "AssumeRole"), way)
        answer = record["responseElements"]
        assert isinstance(answer, dict)
        answer["assumedRoleUser"] = {
            "assumedRoleId": key.session.principal,
            "arn": key.session.arn,
        }
        return record

    def _assumed(self, who: Json, key: Key, lifetime: int) -> Json:
        session: RoleSession = key.session
        role = f"arn:{session.partition}:iam::{session.account}:role/{session.role}"
        record = self.envelope(who, key.issued, Action("sts", "AssumeRole"), session.region)
        return record | {
            "requestParameters": {"roleArn": role, "roleSessionName": session.name},
            "responseElements": {
                "credentials": {
                    "accessKeyId": key.id,
                    "sessionToken": self.ids.token(),
                    "expiration": expiration(key.issued + lifetime, comma=self.rng.random() < 0.7),
                }
            },
            "resources": [
                {"accountId": session.account, "type": "AWS::IAM::Role", "ARN": role},
            ],
        }

    def by_user(self, account: str, at: int, act: Action, address: str, region: str) -> Json:
        """A call of an administrator with a long-term key."""
        who = iam_user(account, "ops", "AIDA" + account + "OPSU1", "AKIA" + account + "OPS1")
        record = self.envelope(who, at, act, region)
        record |= {
            "sourceIPAddress": address,
            "userAgent": "aws-cli/2.15.30 Python/3.11.8 Darwin/23.4.0 exe/x86_64 prompt/off",
        }
        self._tls(record, act, region)
        return record

    def by_service(self, account: str, at: int, act: Action, name: str, region: str) -> Json:
        """A call that an AWS service makes for itself."""
        record = self.envelope(service(name), at, act, region)
        return record | {
            "sourceIPAddress": name,
            "userAgent": name,
            "recipientAccountId": account,
        }
