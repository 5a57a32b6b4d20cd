"""Syslog: RFC 5424 by UDP, TCP or TLS. It has no receipts: what a receiver drops is not known."""

import contextlib
import socket
import ssl
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from truant.connectors.publish.publisher import NotDelivered
from truant.connectors.publish.settings import Settings
from truant.formats.document import read
from truant.formats.forms import FORMS, Message, written
from truant.formats.syslog import framed, message
from truant.model.event_time import iso_milliseconds

MESSAGES_MAX = 50
SECONDS = 10.0
CLOSE_SECONDS = 1.0
PORTS = {"udp": 514, "tcp": 601, "tls": 6514}
HEAD_BYTES = 512


class Syslog:
    """A receiver of syslog messages, connected to anew for each batch."""

    most = MESSAGES_MAX

    def __init__(self, host: str, port: int, transport: str, form: str, most_bytes: int) -> None:
        """`most_bytes` of a message: receivers cut what is longer."""
        self._host, self._port, self._transport = host, port, transport
        self._form, self._most_bytes = form, most_bytes
        self.authority: Path | None = (
            None  # whose certificate a TLS receiver has, if none that all trust
        )

    def send(self, messages: Sequence[Message]) -> Mapping[str, str]:
        """Send the messages."""
        told = [self._told(one) for one in messages]
        try:
            if self._transport == "udp":
                self._by_datagrams(told)
            else:
                self._by_stream(b"".join(map(framed, told)))
        except (OSError, ssl.SSLError) as error:
            raise NotDelivered(f"syslog: {error.strerror or type(error).__name__}") from None
        return {}

    def _told(self, one: Message) -> bytes:
        body = written(one, self._form, self._most_bytes - HEAD_BYTES, version("truant"))
        if not body.isascii():
            body = body.encode("ascii", "backslashreplace").decode()
        document, at = read(one.document), iso_milliseconds(one.at)
        return message(document, one.change, at, socket.gethostname(), body)[: self._most_bytes]

    def _by_datagrams(self, told: list[bytes]) -> None:
        found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_DGRAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as out:
            out.settimeout(SECONDS)
            out.connect(address)
            for one in told:
                out.send(one)

    def _by_stream(self, content: bytes) -> None:
        with socket.create_connection((self._host, self._port), timeout=SECONDS) as plain:
            if self._transport == "tls":
                with self._context().wrap_socket(plain, server_hostname=self._host) as secured:
                    _through(secured, content)
            else:
                _through(plain, content)

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)


def _through(stream: socket.socket, content: bytes) -> None:
    """Send all of it, and hear whether the other side broke off meanwhile."""
    stream.sendall(content)
    if not isinstance(stream, ssl.SSLSocket):
        stream.shutdown(socket.SHUT_WR)
    stream.settimeout(CLOSE_SECONDS)
    with contextlib.suppress(TimeoutError):
        stream.recv(1)


def make(settings: Settings) -> tuple[Syslog, str]:
    """A receiver, and what people are shown of it. Raises BadConfig."""
    host = settings.text("host")
    transport = settings.choice("transport", PORTS, "tls")
    port = settings.number("port", PORTS[transport], 1, 65_535)
    form = settings.choice("form", FORMS, "guardduty")
    place = Syslog(host, port, transport, form, settings.number("bytes", 8_192, 8_192, 65_000))
    if settings.optional("authority") is not None:
        place.authority = settings.path("authority")
    return place, f"{host}:{port} by {transport}"
