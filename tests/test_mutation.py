"""The mutation table is whole and fits the code: each text to break stands there just once."""

from pathlib import Path

import pytest
from benchmarks import mutation
from benchmarks.mutation import EXEMPT, ROOT, ROWS, table, write
from benchmarks.mutation_rows import Row

from truant.simulator.attacks.contents import ATTACKS
from truant.simulator.topologies.contents import TOPOLOGIES


def numbers() -> set[str]:
    named = {name.split("-")[0] for name in (*TOPOLOGIES, *ATTACKS)}
    return {one for one in named if one[1:].isdecimal()}


def test_every_topology_and_every_evasion_has_a_row_or_a_reason() -> None:
    assert {row.number for row in ROWS} | EXEMPT.keys() == numbers()
    assert not {row.number for row in ROWS} & EXEMPT.keys()


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.number} {row.file}" for row in ROWS])
def test_a_row_s_text_stands_in_the_code_once_and_its_test_exists(row: Row) -> None:
    assert (ROOT / row.path).read_text(encoding="utf-8").count(row.old) == 1
    assert row.new != row.old
    file, _, test = row.test.partition("::")
    content = (ROOT / file).read_text(encoding="utf-8")
    assert not test or f"def {test.partition('[')[0]}(" in content


def test_a_test_that_does_not_watch_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small project: one test that sees the break, and one that does not."""
    (tmp_path / "src/truant").mkdir(parents=True)
    (tmp_path / "src/truant/added.py").write_text("ONE = 1\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_added.py").write_text(
        "from pathlib import Path\n"
        "ADDED = Path(__file__).parents[1] / 'src/truant/added.py'\n"
        "def test_it(): assert ADDED.read_text() == 'ONE = 1\\n'\n"
        "def test_nothing(): assert ADDED.exists()\n"
    )
    monkeypatch.setattr(mutation, "ROOT", tmp_path)
    monkeypatch.setattr(mutation, "COPIED", ("src", "tests"))
    rows = [
        Row("T1", "one", "added.py", "= 1", "= 2", f"tests/test_added.py::{name}")
        for name in ("test_it", "test_nothing")
    ]
    results = list(mutation.run(rows))
    assert [is_red for _, is_red in results] == [True, False]
    page = tmp_path / "quality.md"
    page.write_text("# Quality\n\nmeasured\n")
    write(page, results)
    write(page, results)
    text = page.read_text()
    assert text.startswith("# Quality\n\nmeasured\n\n## Mutation\n")
    assert text.count(table(results)) == 1
    assert text.count("**green**") == 1
