"""Real receivers on 127.0.0.1 for what is sent: HTTP, syslog by UDP, TCP and TLS, and AWS."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from moto.server import ThreadedMotoServer

SECONDS_MAX = 60.0


@dataclass
class Posted:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class HttpReceiver:
    """Answers each POST with the next of `statuses`, the last of them again and again."""

    url: str
    statuses: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    posted: list[Posted] = field(default_factory=list)
    gate: threading.Event | None = None  # nothing is answered before it is set


@contextmanager
def http_receiver() -> Iterator[HttpReceiver]:
    """Receive until the block is left."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            own = {name.lower(): value for name, value in self.headers.items()}
            receiver.posted.append(Posted(self.path, own, body))
            if receiver.gate is not None:
                receiver.gate.wait(SECONDS_MAX)
            statuses = receiver.statuses
            try:
                self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()
            except OSError:  # the sender waits no longer
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = HttpReceiver(f"http://127.0.0.1:{server.server_address[1]}/hook")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        if receiver.gate is not None:
            receiver.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Heard:
    """What a syslog receiver heard; `port`: where it listens."""

    port: int
    streams: list[bytes] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, number: int) -> list[bytes]:
        """What was heard, once it is so many."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.streams) >= number, SECONDS_MAX)
            return list(self.streams)

    def add(self, content: bytes) -> None:
        """Note what was heard."""
        with self.news:
            self.streams.append(content)
            self.news.notify_all()


@contextmanager
def udp_receiver() -> Iterator[Heard]:
    """Hear datagrams until the block is left."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        heard = Heard(server.getsockname()[1])

        def listen() -> None:
            while content := server.recv(65_536):
                heard.add(content)

        thread = threading.Thread(target=listen)
        thread.start()
        yield heard
        server.sendto(b"", ("127.0.0.1", heard.port))
        thread.join()


@contextmanager
def stream_receiver(context: ssl.SSLContext | None = None) -> Iterator[Heard]:
    """Hear connections to their ends until the block is left."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard = Heard(server.getsockname()[1])
        over = threading.Event()

        def listen() -> None:
            while True:
                plain, _ = server.accept()
                if over.is_set():
                    plain.close()
                    return
                _hear(plain, context, heard)

        thread = threading.Thread(target=listen)
        thread.start()
        yield heard
        over.set()
        socket.create_connection(("127.0.0.1", heard.port)).close()
        thread.join()


def _hear(plain: socket.socket, context: ssl.SSLContext | None, heard: Heard) -> None:
    content = b""
    try:
        stream = context.wrap_socket(plain, server_side=True) if context else plain
        while piece := stream.recv(65_536):
            content += piece
        stream.close()
    except OSError:
        plain.close()
    heard.add(content)


def unframed(content: bytes) -> list[bytes]:
    """The messages of a stream, by the lengths before them."""
    found = []
    while content:
        length, _, rest = content.partition(b" ")
        found.append(rest[: int(length)])
        content = rest[int(length) :]
    return found


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A receiver's certificate for 127.0.0.1, made now, and the file that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.fromtimestamp(1_600_000_000, UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public


@contextmanager
def aws_receiver() -> Iterator[dict[str, str]]:
    """AWS as moto plays it, a real server; gives the environment by which clients find it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    server.stop()
