"""All measurements in one run: printed, and written to `benchmarks/results.md`.

    python -m benchmarks.report [--quick] [--only NAME]

Each section is what one benchmark prints, run in a process of its own. What a person wrote between
the marks of `results.md` stays as it is. A new benchmark is one line in SECTIONS.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

FILE = Path(__file__).with_name("results.md")
KEPT = ("<!-- written by hand, and kept -->", "<!-- end of what is written by hand -->")
_SECTION = "<!-- section {} -->"


class Section(Struct, frozen=True):
    """A title, and the benchmark with its arguments; `quick` are those of a run of minutes."""

    name: str
    title: str
    command: Sequence[str]
    quick: Sequence[str]


SECTIONS = (
    Section(
        "speed",
        "Speed, on one core and on all",
        ("benchmarks.throughput", "--ratios", "--size", "300000"),
        ("benchmarks.throughput", "--ratios", "--size", "100000", "--rounds", "1"),
    ),
    Section(
        "memory",
        "Memory",
        ("benchmarks.memory", "--sessions", "1000000"),
        ("benchmarks.memory", "--sessions", "20000", "--records", "60000"),
    ),
    Section(
        "store",
        "State beyond memory: the store on SQLite",
        ("benchmarks.state_size",),
        ("benchmarks.state_size", "10"),
    ),
    Section(
        "growth",
        "How cost grows",
        ("benchmarks.growth", "--picture", "benchmarks/growth.svg"),
        ("benchmarks.growth", "--scale", "0.1", "--picture", "benchmarks/growth.svg"),
    ),
)


def machine() -> str:
    """What this ran on, and how busy it was."""
    found = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"model name\s*: (.*)", found)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    busy = os.getloadavg()[1] / (os.cpu_count() or 1)
    return (
        f"{os.cpu_count()} cores of {model[1] if model else platform.processor()}, "
        f"{memory:.0f} GiB, {platform.system()} {platform.release().split('-')[0]}, Python "
        f"{platform.python_version()}. When the run began, "
        f"{busy:.1f} processes wanted each core."
    )


def run(section: Section, *, quick: bool) -> str:
    """What a benchmark prints. Raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", *(section.quick if quick else section.command)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def read(text: str) -> tuple[str, dict[str, str]]:
    """What a file keeps by hand, and its sections by name."""
    start, end = (text.find(mark) for mark in KEPT)
    kept = text[start + len(KEPT[0]) : end].strip() if 0 <= start < end else ""
    found = re.findall(
        r"<!-- section (\S+) -->\n(.*?)(?=<!-- section |<!-- end of sections -->)", text, re.DOTALL
    )
    return kept, {name: body.strip() for name, body in found}


def page(kept: str, sections: Mapping[str, str]) -> Iterator[str]:
    """The whole file. Sections that were not measured now are those of the last time."""
    yield "# What was measured"
    yield "`make bench` writes this. Times say nothing of another machine: read ratios."
    yield f"{KEPT[0]}\n\n{kept}\n\n{KEPT[1]}"
    known = {section.name for section in SECTIONS}
    for name in (*(one.name for one in SECTIONS), *sorted(sections.keys() - known)):
        if name in sections:
            yield f"{_SECTION.format(name)}\n{sections[name]}"
    yield "<!-- end of sections -->"


def body(section: Section, printed: str, *, quick: bool) -> str:
    """A section's text: tables as they are, other lines as they were printed."""
    text = printed if "|" in printed else f"```\n{printed}\n```"
    picture = "\n\n![How cost grows](growth.svg)" if section.name == "growth" else ""
    words = " ".join(("python -m", *(section.quick if quick else section.command)))
    return f"## {section.title}\n\n`{words}`. {machine()}\n\n{text}{picture}"


def main() -> None:
    """Measure, print, and write the file after each section."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer rounds")
    parser.add_argument("--only", help="the name of one section")
    told = parser.parse_args()
    for section in SECTIONS:
        if told.only not in (None, section.name):
            continue
        text = body(section, run(section, quick=told.quick), quick=told.quick)
        print(f"{text}\n")
        kept, sections = read(FILE.read_text(encoding="utf-8") if FILE.exists() else "")
        sections[section.name] = text
        FILE.write_text("\n\n".join(page(kept, sections)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
