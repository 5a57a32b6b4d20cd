"""A real HTTP server on 127.0.0.1 that answers as a feed's server may, well or badly."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """What the server says next, and how."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    truncate_to: int | None = None  # bytes sent of those that Content-Length promises
    wait_seconds: float = 0.0  # before the answer
    pause_seconds: float = 0.0  # between pieces of the body
    piece_bytes: int = 1 << 16


class FeedServer:
    """Gives `answer` to each GET, 304 where its ETag or date matches; keeps what it was asked."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/feed"
        self.answer = Answer()
        self.requests: list[dict[str, str]] = []

    def is_known(self, asked: dict[str, str]) -> bool:
        """Whether the request shows that it has what the answer would give."""
        pairs = (("if-none-match", "ETag"), ("if-modified-since", "Last-Modified"))
        return any(asked.get(a) and asked[a] == self.answer.headers.get(b) for a, b in pairs)


@contextmanager
def feed_server() -> Iterator[FeedServer]:
    """Serve until the block is left."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name.lower(): value for name, value in self.headers.items()}
            feed.requests.append(asked)
            try:
                _respond(self, feed.answer, known=feed.is_known(asked))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client has heard enough

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    feed = FeedServer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield feed
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _respond(handler: BaseHTTPRequestHandler, answer: Answer, *, known: bool) -> None:
    time.sleep(answer.wait_seconds)
    handler.send_response(304 if known else answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    body = b"" if known else answer.body
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    body = body[: answer.truncate_to]
    for start in range(0, len(body), answer.piece_bytes):
        handler.wfile.write(body[start : start + answer.piece_bytes])
        handler.wfile.flush()
        time.sleep(answer.pause_seconds)
