"""The kinds of places to which findings are sent: one line each."""

from collections.abc import Callable, Mapping

from truant.connectors.publish import (
    bucket,
    chat,
    eventbridge,
    json_lines,
    security_hub,
    sns,
    syslog,
    webhook,
)
from truant.connectors.publish.publisher import Publisher
from truant.connectors.publish.settings import Settings

KINDS: Mapping[str, Callable[[Settings], tuple[Publisher, str]]] = {
    "webhook": webhook.make,
    "eventbridge": eventbridge.make,
    "sns": sns.make,
    "s3": bucket.make,
    "securityhub": security_hub.make,
    "syslog": syslog.make,
    "file": json_lines.make,
    "chat": chat.make,
}
