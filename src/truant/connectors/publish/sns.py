"""SNS: each message a notification, with attributes that subscriptions can filter on."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version

from truant.connectors.publish.aws import AWS_ERRORS, client, profile, region_of, why
from truant.connectors.publish.publisher import NotDelivered
from truant.connectors.publish.settings import Settings
from truant.formats.document import read
from truant.formats.event import BYTES_MAX
from truant.formats.forms import FORMS, Message, written
from truant.formats.words import title

SUBJECT_MAX = 99  # of printable ASCII: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
_REFUSED = frozenset({"InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid"})


class Topic:
    """A topic; of a FIFO topic, each finding is a message group."""

    most = 1

    def __init__(self, arn: str, form: str, profile: str | None) -> None:
        """`form`: by default GuardDuty's event, as a rule of EventBridge's would pass it on."""
        self._arn, self._form = arn, form
        self._client = client("sns", region_of(arn), profile)

    def send(self, messages: Sequence[Message]) -> Mapping[str, str]:
        """Publish one message."""
        (one,) = messages
        document = read(one.document)
        shown = "".join(c if " " <= c <= "~" else "?" for c in title(document, one.change))
        told = {"change": one.change, "type": document.type, "account": document.account_id}
        attributes = {k: {"DataType": "String", "StringValue": v or "-"} for k, v in told.items()}
        number = {"DataType": "Number", "StringValue": f"{document.severity:g}"}
        fifo = {"MessageGroupId": document.id, "MessageDeduplicationId": one.key}
        try:
            self._client.publish(
                TopicArn=self._arn,
                Subject=shown[:SUBJECT_MAX],
                Message=written(one, self._form, BYTES_MAX, version("truant")),
                MessageAttributes={**attributes, "severity": number},
                **(fifo if self._arn.endswith(".fifo") else {}),
            )
        except AWS_ERRORS as error:
            code = getattr(error, "response", {}).get("Error", {}).get("Code")
            if code in _REFUSED:
                return {one.key: why("SNS", error)}
            raise NotDelivered(why("SNS", error)) from None
        return {}


def make(settings: Settings) -> tuple[Topic, str]:
    """A topic, and what people are shown of it. Raises BadConfig."""
    arn = settings.text("topic")
    if not arn.startswith("arn:") or region_of(arn) is None:
        raise settings.wrong("topic", "must be the ARN of a topic")
    return Topic(arn, settings.choice("form", FORMS, "event"), profile(settings)), arn
