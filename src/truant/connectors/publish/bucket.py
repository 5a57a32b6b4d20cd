"""S3: findings as GuardDuty exports them, for its publishing destinations and for one's own."""

from collections.abc import Mapping, Sequence

from truant.connectors.publish.aws import AWS_ERRORS, client, profile, why
from truant.connectors.publish.publisher import NotDelivered
from truant.connectors.publish.settings import Settings
from truant.formats.export import bucket_and_prefix, content, object_key
from truant.formats.forms import Message
from truant.model.event_time import iso_milliseconds

MESSAGES_MAX = 100
_Folder = tuple[str, str, str]


class Bucket:
    """A bucket, with a prefix where one is named."""

    most = MESSAGES_MAX

    def __init__(
        self, arn: str, kms_key: str | None, region: str | None, profile: str | None = None
    ) -> None:
        """`kms_key`: the ARN of the key that objects are encrypted with; else the bucket's."""
        self._bucket, self._prefix = bucket_and_prefix(arn)
        self._own = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
        self._client = client("s3", region or "us-east-1", profile)

    def send(self, messages: Sequence[Message]) -> Mapping[str, str]:
        """Write an object for each account, region and day."""
        folders: dict[_Folder, list[Message]] = {}
        for one in messages:
            folder = (str(one.document["accountId"]), str(one.document["region"]), _day(one.at))
            folders.setdefault(folder, []).append(one)
        for folder, some in folders.items():
            key = object_key(self._prefix, *folder, [one.key for one in some])
            self._write(key, content(one.document for one in some))
        return {}

    def verify(self, account: str, region: str, now: int) -> None:
        """Write an object with no finding in it, as a real one is written. Raises NotDelivered."""
        key = object_key(self._prefix, account, region, _day(now), ["verification", account])
        self._write(key, content([]))

    def _write(self, key: str, body: bytes) -> None:
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType="application/gzip",
                **self._own,
            )
        except AWS_ERRORS as error:
            raise NotDelivered(why("S3", error)) from None


def _day(at: int) -> str:
    return iso_milliseconds(at)[:10]


def make(settings: Settings) -> tuple[Bucket, str]:
    """A bucket, and what people are shown of it. Raises BadConfig."""
    bucket = settings.text("bucket")
    arn = bucket if ":::" in bucket else f"arn:aws:s3:::{bucket}"
    key, region = settings.optional("kms_key"), settings.optional("region")
    return Bucket(arn, key, region, profile(settings)), arn
