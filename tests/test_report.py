"""The file of measurements: what a person wrote stays, and one section can be measured anew."""

from xml.etree import ElementTree

from benchmarks.growth import Growth, Point, picture, table
from benchmarks.report import KEPT, SECTIONS, page, read


def written(kept: str, sections: dict[str, str]) -> str:
    return "\n\n".join(page(kept, sections)) + "\n"


def test_what_is_written_by_hand_and_other_sections_stay() -> None:
    sections = {"growth": "## G\n\n| a |", "spark": "## Of another\n\ntable", "speed": "## S"}
    text = written("Conclusions.\n\nTwo paragraphs.", sections)
    kept, found = read(text)
    assert kept == "Conclusions.\n\nTwo paragraphs."
    assert found == sections
    assert written(kept, found) == text


def test_a_new_file_has_room_for_both() -> None:
    text = written(*read(""))
    assert all(mark in text for mark in KEPT)
    assert read(text) == ("", {})


def test_sections_have_names_of_their_own() -> None:
    assert len({section.name for section in SECTIONS}) == len(SECTIONS)


def test_a_line_s_slope_is_the_power_of_its_growth() -> None:
    square = Growth("squares", [Point(size, 0.5 * size**2) for size in (1, 10, 1000)])
    flat = Growth("flat", [Point(1, 0.25), Point(100_000, 0.25)])
    assert (round(square.slope, 6), flat.slope) == (2, 0)
    assert "| squares | 1 · 10 · 1,000 | 1.0 · 100.0 · 1000000.0 | 2.00 |" in table([square, flat])
    ElementTree.fromstring(picture([square, flat]))  # noqa: S314 our own
