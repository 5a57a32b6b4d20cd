"""The documents say what the program does: every option, signal, finding type, name and number."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from inspect import getmodule
from pathlib import Path

import pytest

from tests.command import given, in_shell, lay_out, truant
from tests.examples import WIDTH, cards, examples, scanned
from truant.detection import impostor, scoring
from truant.detection.scoring import SIGNALS
from truant.detection.signals import novelty, place
from truant.model.finding import HIGH, LOW, MEDIUM, FindingType
from truant.model.network import Place
from truant.simulator.attacks.contents import ATTACKS
from truant.simulator.scenario import SCENARIOS, build

ROOT = Path(__file__).resolve().parents[1]
PAGES = (*ROOT.glob("docs/*.md"), ROOT / "README.md")
DOCUMENTS = sorted(page.relative_to(ROOT) for page in PAGES)
# In the order of `truant --help`; those of a group in its place.
COMMANDS = (
    "scan",
    "explain",
    "propose",
    "demo",
    "simulate",
    "collect",
    "policy",
    "spark-scan",
    "serve",
    "status",
    "respond",
    "report",
    "case",
    "quarantine list",
    "quarantine retry",
    "keys create",
    "keys list",
    "keys delete",
    "users create",
    "users list",
    "users delete",
    "publish list",
    "publish test",
    "publish retry",
)
HEADING = re.compile(r"^## truant ([a-z -]+?)(?: [\[A-Z].*)?$", re.MULTILINE)
WEIGHT = re.compile(r"(?<![\w.])[+-]\d+(?:\.\d+)?")
Worlds = Callable[[str], Path]


def text_of(name: str | Path) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, start: str) -> str:
    """What stands below the heading that begins so, up to the next of its rank."""
    found = re.search(
        rf"^## {re.escape(start)}[^\n]*\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    assert found, f"no section begins with {start}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The rows of the tables in a text, without their heads."""
    found: list[list[str]] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            continue
        if set("".join(cells)) <= set("-: "):
            found.pop()
        else:
            found.append(cells)
    return found


def blocks(text: str, kind: str) -> list[str]:
    """The fenced blocks of one kind."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for name, block in found if name == kind]


def prose(text: str) -> str:
    """A document without its blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """Scenarios laid out in folders, each once."""
    known: dict[str, Path] = {}

    def laid(name: str) -> Path:
        if name not in known:
            known[name] = lay_out(tmp_path_factory.mktemp(name), name, flow_logs=True)
        return known[name]

    return laid


@pytest.fixture(scope="session")
def helps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each command says of its options."""
    home = tmp_path_factory.mktemp("home")
    said = {command: truant(home, *command.split(), "--help").stdout for command in COMMANDS}
    return {command: text.split("Options:")[1] for command, text in said.items()}


# docs/run.md


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_told_and_no_other(helps: dict[str, str], command: str) -> None:
    offered = set(re.findall(r"--[a-z][a-z-]*", helps[command])) - {"--help"}
    told = {row[0].strip("`") for row in rows(section(text_of("docs/run.md"), f"truant {command}"))}
    assert told == offered


def commands(home: Path, *group: str) -> Iterator[str]:
    """Every command that help lists, those of groups in their groups' places."""
    listed = truant(home, *group, "--help").stdout.partition("Commands:\n")[2]
    names = re.findall(r"^  ([a-z-]+)  ", listed, re.MULTILINE)
    for name in names:
        yield from commands(home, *group, name)
    if not names:
        yield " ".join(group)


def test_every_command_has_its_section(tmp_path: Path) -> None:
    assert tuple(commands(tmp_path)) == COMMANDS
    assert tuple(HEADING.findall(text_of("docs/run.md"))) == COMMANDS


# docs/signals.md


def signal_rows() -> dict[str, list[str]]:
    table = text_of("docs/signals.md").split("## Places")[0]
    return {row[0].strip("`"): row for row in rows(table)}


def weights_of(observe: object) -> set[float]:
    """The weights that a signal's file names."""
    module = getmodule(observe)
    assert module is not None
    named = {name: value for name, value in vars(module).items() if name.startswith("WEIGHT")}
    if module is novelty:
        return {side for bound in novelty.BOUNDS.values() for side in (bound.least, bound.most)}
    found = [list(v.values()) if isinstance(v, Mapping) else [v] for v in named.values()]
    return {float(value) for values in found for value in values}


def test_every_signal_has_its_line_in_their_order_and_nothing_else_has() -> None:
    assert list(signal_rows()) == [name for name, _ in SIGNALS]


@pytest.mark.parametrize(("name", "observe"), SIGNALS, ids=[name for name, _ in SIGNALS])
def test_a_signal_s_weights_are_those_that_it_weighs_with(name: str, observe: object) -> None:
    told = {float(number) for number in WEIGHT.findall(signal_rows()[name][2])}
    assert told == weights_of(observe)


def test_the_weights_of_places_are_those_of_the_code() -> None:
    told = {
        row[0]: [float(n) for n in row[1:]]
        for row in rows(section(text_of("docs/signals.md"), "Places"))
    }
    known = (place.KNOWN_HOME, place.LIKELY_HOME, place.UNKNOWN_HOME)
    assert told == {one.value: [table[one] for table in known] for one in place.KNOWN_HOME}
    assert set(told) < {one.value for one in Place}


def test_prior_and_the_impostor_s_weights_are_those_of_the_code() -> None:
    text = text_of("docs/signals.md")
    assert f"begins, {scoring.PRIOR:g} (about 2 %)" in text
    assert scoring.THRESHOLD == 0.5
    told = {float(number) for number in WEIGHT.findall(section(text, "Impostors"))}
    assert told == {impostor.WEIGHT_FORGED, impostor.WEIGHT_UNISSUED}


def claims() -> Iterator[tuple[str, str, bool]]:
    """Signal, scenario, and whether the signal is said to find there, or to keep quiet."""
    for name, row in signal_rows().items():
        for cell, finds in ((row[3], True), (row[4], False)):
            yield from ((name, scenario.strip(), finds) for scenario in cell.split(",") if scenario)


@pytest.mark.parametrize(("signal", "scenario", "finds"), list(claims()))
def test_a_signal_speaks_where_it_is_said_to(
    worlds: Worlds, signal: str, scenario: str, finds: bool
) -> None:
    folder = worlds(scenario)
    more = {"flow_logs": folder / "flow-logs", "feeds": (folder / "feeds",)}
    for changed in ({}, {"inventory": None}, {"config": None}, more):
        result = scanned(folder, **changed)
        for verdict in result.verdicts if finds else result.quiet:
            weights = [one.weight for one in verdict.evidence if one.signal == signal]
            if any(weight > 0 if finds else weight < 0 for weight in weights):
                return
    pytest.fail(f"{signal} says nothing of {scenario}")


def test_every_signal_has_a_scenario_in_which_it_speaks() -> None:
    assert {name for name, _, _ in claims()} == {name for name, _ in SIGNALS}


# docs/limits.md


def test_every_evasion_is_found_or_named_with_its_reason() -> None:
    """By the truth of the simulator: who can see it, if anybody."""
    text = text_of("docs/limits.md")
    found, named = text.split("is found with an inventory", 1)[1].split(".\n", 1)
    told = set(re.findall(r"\bE\d+\b", _spelled_out(found)))
    seen = set[str]()
    for name in ATTACKS:
        for session in build(1, [name], with_flow_logs=False).truth.sessions:
            seen |= {name.split("-")[0] for one in session.findings if one.reason is None}
    assert told <= seen
    assert told | set(re.findall(r"\bE\d+\b", named)) >= {f"E{n}" for n in range(1, 29)}


def _spelled_out(text: str) -> str:
    """`E6 to E10` with all between."""

    def spell(match: re.Match[str]) -> str:
        return " ".join(f"E{n}" for n in range(int(match[1]), int(match[2]) + 1))

    return re.sub(r"E(\d+) to E(\d+)", spell, text)


# docs/findings.md


def test_every_type_has_its_section_and_nothing_else_has() -> None:
    headings = re.findall(r"^## (\S+:\S+)$", text_of("docs/findings.md"), re.MULTILINE)
    assert headings == [kind.value for kind in FindingType]


@pytest.mark.parametrize("kind", FindingType)
def test_a_type_s_examples_are_what_is_printed(worlds: Worlds, kind: FindingType) -> None:
    found = [one for one in examples(text_of("docs/findings.md")) if one[0] == kind]
    assert found
    assert "What to do: " in section(text_of("docs/findings.md"), kind.value)
    for _, scenario, example in found:
        result = scanned(worlds(scenario))
        both = zip(cards(result, WIDTH), result.findings, strict=True)
        told = {card for card, one in both if one["type"] == kind}
        assert example in told, "make format renews what a change of wording has made old"


def test_the_severities_told_are_those_of_the_code() -> None:
    text = text_of("docs/findings.md")
    words = {"High": HIGH, "Medium": MEDIUM, "Low": LOW}
    for word, number in re.findall(r"(High|Medium|Low) \((\d)\)", text + text_of("README.md")):
        assert float(number) == words[word]


def test_the_members_told_are_those_that_findings_have(worlds: Worlds) -> None:
    finding = json.loads(json.dumps(scanned(worlds("demo")).findings[0]))
    table = rows(section(text_of("docs/findings.md"), "Truant's reasons in the JSON"))
    told = {name for row in table for name in re.findall(r"`(\w+)`", row[0])}
    present = set(finding["service"]["additionalInfo"]) - {"type", "value"}
    assert told <= present
    assert {"probability", "prior", "evidence", "origins", "home", "eventIds"} <= told


# README.md


def test_the_readme_s_excerpt_is_what_the_demonstration_prints(tmp_path: Path) -> None:
    (excerpt,) = blocks(text_of("README.md"), "")
    shown = truant(tmp_path, "demo").stdout
    assert excerpt in shown, "make format renews what a change of wording has made old"
    second = re.findall(r"^(?:HIGH|MEDIUM|LOW) .*?(?=\n\n)", shown, re.MULTILINE | re.DOTALL)[1]
    assert excerpt.strip() == second, "it is the second of them, as the text says"


def families(letter: str) -> int:
    """How many numbered evasions (E) or topologies (T) the simulator has."""
    return len({found[1] for name in SCENARIOS if (found := re.match(rf"{letter}(\d+)", name))})


def test_every_number_in_the_readme_is_known() -> None:
    """A number that a command or the code gives is compared; others may not stand there."""
    text = prose(text_of("README.md"))
    evasions, topologies = families("E"), families("T")
    python = re.search(r'requires-python = ">=([\d.]+)"', text_of("pyproject.toml"))
    assert python
    known = [
        f"Python {python[1]} or newer",
        f"{evasions} known evasions and {topologies} legitimate topologies",
        f"({HIGH:.0f})",
        f"({MEDIUM:.0f})",
        f"({LOW:.0f})",
        "Exit code 0: done, whatever was found; 1: `--fail-on` is met; 2: bad usage",
    ]
    for told in known:
        assert told in text
        text = text.replace(told, "")
    assert not re.findall(r"(?<![\w.])\d[\d.,]*", text.replace("EC2", ""))


@pytest.mark.parametrize("name", ["README.md", "docs/findings.md"])
def test_the_commands_told_run_as_they_stand(world: Path, tmp_path: Path, name: str) -> None:
    if shutil.which("jq") is None:
        pytest.skip("there is no jq here")
    home = tmp_path / "home"
    shutil.copytree(world, home)
    for block in blocks(text_of(name), "sh"):
        lines = [line for line in block.splitlines() if not line.startswith(("make", "curl"))]
        script = "\n".join(['truant() { "$TRUANT" "$@"; }', "TRUANT=$1", "set -o pipefail", *lines])
        run = in_shell(home, script)
        assert run.returncode == (1 if "--fail-on" in block else 0), run.stderr
        assert "jq: error" not in run.stderr
        assert (lines == []) == (run.stdout == "")


def test_the_fields_that_jq_is_told_to_take_are_there(world: Path, tmp_path: Path) -> None:
    if shutil.which("jq") is None:
        pytest.skip("there is no jq here")
    program = re.findall(r"jq -r '([^']*@tsv)'", text_of("README.md"))
    line = f"\"$@\" --format=jsonl 2>/dev/null | jq -r '{program[0]}'"
    printed = in_shell(tmp_path, line, "scan", *given(world)).stdout.splitlines()
    assert len(printed) == 3
    assert all(len(row.split("\t")) == 3 and all(row.split("\t")) for row in printed)


def test_make_alone_says_what_there_is() -> None:
    # `make test` tells the make below it that it is one: a user's is not.
    alone = ["/usr/bin/env", "-u", "MAKELEVEL", "-u", "MAKEFLAGS", "make"]
    run = subprocess.run(alone, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0
    targets = re.findall(r"^([a-z]+):.*##", text_of("Makefile"), re.MULTILINE)
    assert [line.split()[0] for line in run.stdout.splitlines()] == targets
    assert {"demo", "test", "check", "clean"} <= set(targets)


# all of them


@pytest.mark.parametrize("name", DOCUMENTS, ids=str)
def test_only_known_names_are_mentioned(helps: dict[str, str], name: Path) -> None:
    text = text_of(name)
    bases = {scenario.split("-")[0] for scenario in SCENARIOS} | set(SCENARIOS)
    for scenario in re.findall(r"(?<![\w.-])[ET]\d+(?:-[a-z]+)*(?![\w.])", prose(text)):
        assert scenario in bases, f"{scenario} is no scenario"
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / name).parent.joinpath(link).exists(), f"{link} leads nowhere"
    for path in re.findall(r"`((?:docs|benchmarks|tests|src)/[\w/.-]+)`", text):
        assert (ROOT / path).exists(), f"{path} is not there"
    offered = {*re.findall(r"--[a-z-]+", " ".join(helps.values())), "--version"}
    for option in re.findall(r"`(?:truant \w+ )?(--[a-z-]+)", text):
        assert option in offered, f"{option} is no option"
