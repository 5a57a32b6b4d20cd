"""The shape of the code itself: floors, purity, sizes, names."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
FILE_LINES_MAX, FUNCTION_LINES_MAX = 400, 70

# Bottom first. A file imports only from rows above its own in this list; files of one row are
# strangers. A new file gets its row in the commit that adds it.
FLOORS: tuple[tuple[str, str], ...] = (
    # Floor 1, the words: frozen values.
    (
        "model",
        "bad_feed digest event_time fact file_kind inflate json_tree lenient_json network prefixes "
        "uncollected user_agent",
    ),
    ("model", "address_ranges api_call aws_ranges distinct envelopes feed_lines flow_tally"),
    ("model", "arrival aws_call hearing notifications stix_addresses"),
    ("model", "address_lists flow_lines record_file sighting"),
    ("model", "finding network_feeds record_pieces role_session"),
    ("model", "feed_forms habit session_form"),
    # Floor 2, the reasoning: pure and deterministic.
    ("detection", "compact ec2_change finding_case plan"),
    ("detection", "containment instance_changes minted sessions undoing vpc_changes"),
    ("detection", "baseline makings mints network_changes sealing timeline trust wildcard"),
    ("detection", "coverage criteria flow_fold inventory sight standing"),
    ("detection", "compaction fold lineage view"),
    ("detection", "route_tables ways"),
    ("detection", "assumed"),
    ("detection", "flows routes"),
    ("detection", "case"),
    ("detection", "address_places endpoint_places"),
    ("detection", "place"),
    ("detection", "pieces"),
    ("detection", "party proposals regrouping stray unheard"),
    ("detection", "impostor signals.*"),
    ("detection", "scoring"),
    ("detection", "judge"),
    ("detection", "findings knowing playbook state"),
    # Findings in others' forms: as pure. Texts made safe to show are needed by chats, too.
    ("formats", "plain"),
    ("formats", "abuse_report document redacted signature size timeline_svg"),
    ("formats", "asff cef event export ocsf syslog trial words"),
    ("formats", "forms"),
    # Beside floor 2, the simulator: shares only the words with what it tests.
    ("simulator", "actions addresses clients identifiers network services"),
    (
        "simulator",
        "describe_instances ec2_writes estate feeds identity ip_ranges vpc_writes way_out",
    ),
    ("simulator", "cloudtrail describe_network truth"),
    ("simulator", "delivery inventory_folder world"),
    ("simulator", "credentials flow_logs simulation theft workload"),
    ("simulator", "construction"),
    ("simulator", "people sites"),
    ("simulator", "aws_services hubs"),
    ("simulator", "attacks.scene demo"),
    ("simulator", "topologies.built_today topologies.containers topologies.direct"),
    ("simulator", "topologies.neighbours topologies.translated"),
    ("simulator", "attacks.chains attacks.inside attacks.ours attacks.outside attacks.unseen"),
    (
        "simulator",
        "fleet topologies.changing topologies.endpoints topologies.on_behalf topologies.learned",
    ),
    ("simulator", "attacks.after_days topologies.handed_on topologies.shared_ways"),
    ("simulator", "attacks.contents topologies.contents"),
    ("simulator", "scenario"),
    # Floor 3, effects: each file talks to one thing outside the process.
    ("connectors", "aws_api ec2_snapshot feed_files flow_parquet instance_details last_scan"),
    ("connectors", "list_files mmdb output_file policies publish.publisher sources state_file"),
    ("connectors", "trail_files"),
    ("connectors", "aws_clients config digests ec2_describe_instances ec2_describe_network"),
    ("connectors", "feed_cache flow_log_files parcels raw_records s3_layout"),
    ("connectors", "download ec2_describe folder_inlet publish.settings s3_objects service_config"),
    ("connectors", "stream_inlet"),
    ("connectors", "aws_config_items aws_inventory aws_ranges bucket_inlet feeds publish.aws"),
    ("connectors", "publish.chat publish.json_lines publish.syslog publish.webhook queue_inlet"),
    ("connectors", "aws_config_files aws_respond publish.bucket publish.eventbridge"),
    ("connectors", "publish.security_hub publish.sns"),
    ("connectors", "inventory_folder publish.kinds"),
    ("connectors", "inventory_writer publish.config"),
    ("connectors.store", "columns key_box migrations.sending_tables"),
    ("connectors.store", "migrations.versions.v0002_console migrations.versions.v0003_watched"),
    ("connectors.store", "migrations.versions.v0004_responses schema turns"),
    ("connectors.store", "accounting api_keys baselines channels client_tokens coverage database"),
    ("connectors.store", "destinations detectors endpoints feedback filters findings history"),
    ("connectors.store", "intake migrations.versions.v0001_first mints people_schema quarantine"),
    ("connectors.store", "response_schema sessions settings tags watch_schema"),
    ("connectors.store", "address_sets arrivals audit dirty facts finding_pages habits hearings"),
    ("connectors.store", "members migrations.env outbox responses sign_ins snapshots"),
    ("connectors.store", "trusted_ranges uncollected users workers"),
    ("connectors.store", "batch expiry web_sessions"),
    # Floor 4, the loops: the same core, driven by different engines.
    ("runners", "collecting crew deciding fetching list_loading lists planning processes"),
    ("runners", "responding silencing spark.engine surveying"),
    ("runners", "collect_task embedded publishing status world"),
    ("runners", "flow_logs judging recall resuming spark.rows"),
    ("runners", "ear scan spark.folding"),
    ("runners", "intake scan_into spark.index spark.world"),
    ("runners", "service spark.judging"),
    ("runners", "spark.families"),
    ("runners", "spark.rounds"),
    ("runners", "spark.batch"),
    ("runners", "spark.stream"),
    # Floor 5, the doors.
    ("terminal", "accounting collected json_view page watched"),
    ("terminal", "phrases proposed responded story streams"),
    ("terminal", "explanation findings_table progress"),
    ("terminal", "case_files"),
    ("api", "errors"),
    ("api", "call protocol sigv4"),
    ("api", "coverage criteria elsewhere openapi organization paging samples tags usage"),
    ("api", "administrator destinations detectors filters findings sets"),
    ("api", "members statistics"),
    ("api", "operations"),
    ("api", "service"),
    ("console", "passwords render views.coverage views.days views.history_rows views.lanes"),
    ("console", "views.networks views.response views.selection views.session_rows views.ways_map"),
    ("console", "views.words"),
    ("console", "views.evidence views.lanes_picture views.map_picture visit"),
    ("console", "as_api changes enable gate keys network"),
    ("console", "accounts settings sign_in"),
    ("console", "known people"),
    ("console", "events findings"),
    ("console", "export finding instance overview search suppress"),
    ("console", "reports"),
    ("console", "site"),
    ("", "commands.collect commands.options logs metrics"),
    ("", "commands.propose commands.result commands.serve_options server"),
    ("", "commands.serve commands.spark_scan"),
    ("", "commands.publish commands.respond commands.status commands.users"),
    ("", "commands.report"),
    ("", "cli"),
    ("", "spark_submitted"),
)
# What reads a clock, a file, a socket or chance; none of it below the connectors.
IMPURE = {
    "asyncio",
    "concurrent",
    "glob",
    "http",
    "httpx",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "platformdirs",
    "random",
    "requests",
    "rich",
    "secrets",
    "select",
    "shutil",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "typer",
    "urllib",
}
PURE = ("truant.model.", "truant.detection.", "truant.formats.", "truant.simulator.")
CHANCE = {"random"}  # the simulator's, from a seed
CALLS_BANNED = {"open", "print", "input", "breakpoint", "exec", "eval", "uuid1", "uuid4"}
NAMES_EMPTY = {"base", "common", "core", "helper", "helpers", "manager", "misc", "util", "utils"}

FILES = sorted(SOURCE.rglob("*.py"))
CODE = [path for path in FILES if path.name != "__init__.py"]


def module(path: Path) -> str:
    """`truant.model.fact` for its file; a package for its `__init__.py`."""
    name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
    return name.removesuffix(".__init__")


MODULES = frozenset(map(module, FILES))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def row(name: str) -> int:
    """The number of a module's row; fails for a module that stands in none or in several."""
    rows = [
        number
        for number, (package, patterns) in enumerate(FLOORS)
        for pattern in patterns.split()
        if fnmatchcase(name, ".".join(filter(None, ("truant", package, pattern))))
    ]
    assert len(rows) == 1, f"{name} stands in {len(rows)} rows of FLOORS: give it its one row"
    return rows[0]


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, its own package's files by their full names."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


def own_imports(path: Path) -> list[str]:
    return [name for name in imports(path) if name.split(".")[0] == "truant"]


def is_pure(path: Path) -> bool:
    return module(path).startswith(PURE)


@pytest.mark.parametrize("path", CODE, ids=module)
def test_imports_point_down(path: Path) -> None:
    own = row(module(path))
    for name in own_imports(path):
        assert row(name) < own, f"{module(path)} imports {name}, which does not stand below it"


def test_every_row_has_a_file() -> None:
    used = {row(module(path)) for path in CODE}
    assert used == set(range(len(FLOORS))), "a row of FLOORS names no file"


def test_simulator_and_detection_never_meet() -> None:
    for path in CODE:
        for here, there in (("simulator", "detection"), ("detection", "simulator")):
            if module(path).startswith(f"truant.{here}."):
                assert not [n for n in own_imports(path) if n.startswith(f"truant.{there}")]


@pytest.mark.parametrize("path", [path for path in CODE if is_pure(path)], ids=module)
def test_reasoning_is_pure(path: Path) -> None:
    banned = IMPURE - CHANCE if "simulator" in module(path) else IMPURE
    assert not {name.split(".")[0] for name in imports(path)} & banned
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert not {call.id for call in calls if isinstance(call, ast.Name)} & CALLS_BANNED


def python_files() -> list[Path]:
    return sorted(
        p for folder in ("src", "tests", "benchmarks") for p in (ROOT / folder).rglob("*.py")
    )


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_fits_the_eye(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES_MAX
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            assert length <= FUNCTION_LINES_MAX, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(tree(path)), "a module says in its first line what it is"
    assert not set(path.stem.split("_")) & NAMES_EMPTY, "a name that says nothing"


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "__init__.py"], ids=module)
def test_packages_hold_no_code(path: Path) -> None:
    assert len(tree(path).body) == 1


def test_tests_mirror_the_code() -> None:
    """A test file below a folder of `src/truant` is named after the file that it tests."""
    homes = {path.relative_to(SOURCE / "truant").with_suffix("").as_posix() for path in CODE}
    folders = {str(Path(home).parent) for home in homes}
    for path in (ROOT / "tests").rglob("test_*.py"):
        inside = path.relative_to(ROOT / "tests")
        if str(inside.parent) in folders - {"."}:
            home = (inside.parent / inside.stem.removeprefix("test_")).as_posix()
            assert home in homes, f"tests/{inside} tests no file of its name"


def test_growth_lists_are_in_use() -> None:
    """Each file of `signals/` stands in SIGNALS, in a line of its own."""
    from truant.detection.scoring import SIGNALS

    listed = [observe.__module__.rsplit(".", 1)[-1] for _, observe in SIGNALS]
    files = {path.stem for path in (SOURCE / "truant/detection/signals").glob("[!_]*.py")}
    assert sorted(listed) == sorted(files)
    assert all(one != other for one, other in pairwise(sorted(listed)))
