"""The table of all operations in docs/api.md. `python -m tests.api_table` writes it anew."""

import inspect
from pathlib import Path

from truant.api.operations import OPERATIONS
from truant.api.protocol import Protocol

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "api.md"
BEGIN, END = "<!-- operations: begin -->", "<!-- operations: end -->"


def table() -> str:
    """Every operation of botocore's model, with what becomes of it."""
    lines = ["| operation | | what |", "|---|---|---|"]
    for name in sorted(Protocol("guardduty").model.operation_names):
        one = OPERATIONS[name]
        what = one.why or (inspect.getdoc(one.function) or "").splitlines()[0]
        lines.append(f"| {name} | {one.kind.value} | {what} |")
    return "\n".join(lines)


def documented() -> str:
    """The table as it stands in the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return text.split(BEGIN)[1].split(END)[0].strip()


def write() -> None:
    """Put the table into the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    write()
