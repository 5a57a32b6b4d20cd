"""The examples in the documents, made from the simulator: `make format` renews them.

A block without a language after `Example (scenario …)` holds the card of a finding as scan prints
it; the one in README.md is the second finding of `truant demo`.
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from tests.command import SEED, lay_out
from tests.terminal.known import Sheet
from truant.runners.scan import ScanRequest, ScanResult, scan
from truant.terminal.findings_table import show
from truant.terminal.streams import PIPE_WIDTH

ROOT = Path(__file__).resolve().parents[1]
README, FINDINGS = ROOT / "README.md", ROOT / "docs" / "findings.md"
WIDTH = 88
TOLD_BY_DEMO = 1  # the second: a stranger's account
EXAMPLE = re.compile(
    rf"^Example \(scenario `([\w-]+)`, seed {SEED}\)[^\n]*\n\n```\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
EXCERPT = re.compile(r"^```\n(HIGH .*?)^```$", re.MULTILINE | re.DOTALL)
EXPLAINED = re.compile(r"^truant explain ([0-9a-f]{4})$", re.MULTILINE)


def scanned(folder: Path, **changed: object) -> ScanResult:
    """A world scanned with all that belongs to it but its flow logs, or with other things."""
    request = ScanRequest(
        paths=(folder / "trail",),
        cache=folder / "no-cache",
        now=0,
        inventory=folder / "inventory",
        config=folder / "truant.toml",
        ip_ranges=folder / "ip-ranges.json",
    )
    return scan(replace(request, **changed), lambda _done, _total: None)


def cards(result: ScanResult, width: int) -> list[str]:
    """The cards of a result's findings, as scan prints them."""
    sheet = Sheet(width)
    show(result.findings, sheet.console)
    return [f"{card}\n" for card in sheet.text.strip().split("\n\n")[1:]]


def examples(text: str) -> Iterator[tuple[str, str, str]]:
    """Finding type, scenario and card of each example in docs/findings.md."""
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        for found in EXAMPLE.finditer(part):
            yield part.splitlines()[0], found[1], found[2]


def renewed(text: str) -> str:
    """docs/findings.md with its examples made anew: each type's findings, in their order."""
    results: dict[str, ScanResult] = {}
    parts = re.split(r"(?=^## )", text, flags=re.MULTILINE)
    return "".join(_renewed_section(part, results) for part in parts)


def _renewed_section(part: str, results: dict[str, ScanResult]) -> str:
    kind, used = part.splitlines()[0].removeprefix("## "), 0

    def card(found: re.Match[str]) -> str:
        nonlocal used
        result = results.get(found[1]) or results.setdefault(found[1], _made(found[1]))
        both = zip(cards(result, WIDTH), result.findings, strict=True)
        of_kind = [one for one, finding in both if finding["type"] == kind]
        used += 1
        return found[0].replace(found[2], of_kind[used - 1])

    return EXAMPLE.sub(card, part)


def _made(scenario: str) -> ScanResult:
    with tempfile.TemporaryDirectory() as folder:
        return scanned(lay_out(Path(folder), scenario))


def _renewed_readme(text: str) -> str:
    result = _made("demo")
    card = cards(result, PIPE_WIDTH)[TOLD_BY_DEMO]
    text = EXCERPT.sub(lambda _found: f"```\n{card}```", text)
    name = str(result.findings[TOLD_BY_DEMO]["id"])[:4]
    return EXPLAINED.sub(f"truant explain {name}", text)


if __name__ == "__main__":
    for path, renew in ((FINDINGS, renewed), (README, _renewed_readme)):
        path.write_text(renew(path.read_text(encoding="utf-8")), encoding="utf-8")
