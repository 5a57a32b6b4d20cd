"""Templates: every text is escaped, and what is invisible or turns direction in it is shown.

Whatever is put out and is not markup of our own passes through `plain` and then is escaped, so that
no page can forget it. Nothing of a page is inline: scripts and styles come from files.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from truant.formats.plain import plain
from truant.terminal.phrases import percent

TEXT_MAX = 2_000  # characters shown of one text
WHOLE_MAX = 24  # letters of a heading that fit beside each other on a phone
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
# Sentences shown after something was done. The link names one: it cannot bring its own.
SAID = {
    "signed-out": "You are signed out.",
    "archived": "Archived. It stays in the list of archived findings.",
    "unarchived": "Taken out of the archive.",
    "nothing-chosen": "Nothing was chosen: tick the findings first.",
    "feedback": "Thank you. Your answer stands in the history of the finding.",
    "suppressed": "The rule is saved.",
    "saved": "Saved.",
    "deleted": "Deleted.",
    "tested": "A test notice is on its way.",
    "trusted": "Trusted from now on. Findings that this explains are withdrawn soon.",
    "refused": "Refused. It is not proposed again.",
    "reconsidered": "It may be proposed again.",
    "demo": "The demonstration world is loaded: two accounts, one web server, three thefts.",
    "looked": "Looked through what the sessions show.",
}


def shown(value: object) -> object:
    """A value as a template puts it out: texts made plain, markup and numbers as they are."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return plain(value, TEXT_MAX)
    return value


@cache
def environment() -> Environment:
    """The templates of the package, with the filters that they use."""
    made = Environment(
        loader=PackageLoader("truant.console", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "clock": clock,
        "count": lambda number: f"{number:,}",
        "day": lambda time: clock(time)[:10],
        "moment": lambda ms: clock(ms // 1000),
        "percent": percent,
        "signed": lambda number: f"{number:+.1f}".replace("-", "−"),
        "many": many,
        "unbroken": unbroken,
    }
    made.globals |= {"said_sentences": SAID}
    return made


def clock(time: int) -> str:
    """Epoch seconds in UTC, as `2026-01-09 00:15:04`."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S")


def unbroken(text: str) -> Markup:
    """A text whose names with hyphens stay on one line, where they fit on a phone's."""
    words = plain(text, TEXT_MAX).split(" ")
    return Markup(" ").join(
        Markup('<span class="whole">{}</span>').format(word)
        if "-" in word and len(word) <= WHOLE_MAX
        else word
        for word in words
    )


def many(number: int, one: str, more: str = "") -> str:
    """A number with its noun: `1 call`, `2 calls`."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def page(template: str, context: Mapping[str, object], status: int = 200) -> Response:
    """A rendered page with the console's headers."""
    html = environment().get_template(template).render({"root": "/console", **context})
    return HTMLResponse(html, status, HEADERS)


@cache
def static(name: str) -> tuple[bytes, str] | None:
    """A file of the console's own, with its type; None where there is none."""
    kinds = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
    kind = kinds.get(name.rpartition(".")[2])
    folder = files("truant.console") / "static"
    known = {one.name for one in folder.iterdir()}
    if kind is None or name not in known:
        return None
    return (folder / name).read_bytes(), f"{kind}; charset=utf-8"
