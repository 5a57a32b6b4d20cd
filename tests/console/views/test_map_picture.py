"""Tests of `views.map_picture`: what a box says can be read."""

from truant.console.views.map_picture import COLUMNS, STRAY_WIDTH, STRAY_X, draw
from truant.console.views.ways_map import Node, WaysMap


def test_an_endpoint_and_its_owner_fit_on_a_line() -> None:
    about = "through vpce-0fa8246623c371131 of 777788889999"
    stray = Node("a foreign account", "10.165.5.66", about)
    drawn = draw(WaysMap(Node("instance", "i-1"), (), (stray,), (), ()))
    assert f">{about}</text>" in drawn
    assert COLUMNS[4] > STRAY_X + STRAY_WIDTH, "its line leads on to AWS"
