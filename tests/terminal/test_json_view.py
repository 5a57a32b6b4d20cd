"""Looking into JSON whose shape is not to be trusted."""

from truant.terminal.json_view import at, number, objects


def test_what_is_not_there_is_empty() -> None:
    value = {"a": {"b": {"c": 1}}, "l": [{}, 1, None, {"x": 2}]}
    assert at(value, "a", "b") == {"c": 1}
    assert at(value, "a", "b", "c") == at(value, "no", "b") == at(None, "a") == {}
    assert objects(value["l"]) == [{}, {"x": 2}]
    assert objects("text") == objects(None) == []
    assert (number(2), number(2.5), number("2"), number(None)) == (2.0, 2.5, 0.0, 0.0)
