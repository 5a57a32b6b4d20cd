"""Slack, Teams, mail, PagerDuty and some hundred others: words for people, by apprise."""

from collections.abc import Mapping, Sequence

from truant.connectors.config import BadConfig
from truant.connectors.publish.publisher import NotDelivered
from truant.connectors.publish.settings import Settings
from truant.formats.document import read
from truant.formats.forms import Message
from truant.formats.words import text, title

_KINDS = {"Critical": "failure", "High": "failure", "Medium": "warning", "Low": "info"}


class Chat:
    """One place that apprise knows by its URL, which holds the secrets."""

    most = 1

    def __init__(self, url: str) -> None:
        """Raises ValueError for a URL that apprise does not know, and BadConfig without apprise."""
        try:
            import apprise
        except ModuleNotFoundError as error:
            raise BadConfig("chats need apprise: pip install 'truant[notify]'") from error
        self._apprise = apprise.Apprise()
        if not self._apprise.add(url) or len(self._apprise) != 1:
            raise ValueError("apprise does not know it")

    def send(self, messages: Sequence[Message]) -> Mapping[str, str]:
        """Send one message, as text: apprise escapes it as each service wants it."""
        (one,) = messages
        document = read(one.document)
        taken = self._apprise.notify(
            title=title(document, one.change),
            body=text(document, one.change),
            body_format="text",
            notify_type="success" if one.change == "withdrawn" else _KINDS[document.band],
        )
        if not taken:
            raise NotDelivered("the service did not take it, or was not reached")
        return {}

    @property
    def scheme(self) -> str:
        """Which service it is, without anything secret."""
        return str(self._apprise[0].service_name or "chat")


def make(settings: Settings) -> tuple[Chat, str]:
    """A chat, and what people are shown of it. Raises BadConfig."""
    url = settings.needed("url")
    try:
        place = Chat(url)
    except ValueError as error:
        raise settings.wrong("url", f"is of no service: {error}") from None
    return place, place.scheme
