"""Looking into parsed JSON: in order, at any depth, whatever stands there."""

from hypothesis import given
from hypothesis import strategies as st

from truant.model.json_tree import NAME_LENGTH_MAX, member, objects_with, text, texts

NAMES = st.sampled_from(["id", "item", "other"])
TREES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["", "a", "b", "c"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


def found(value: object, name: str) -> list[object]:
    """What stands under a name, by a plain walk."""
    if isinstance(value, dict):
        own = [value[name]] if name in value else []
        return own + [one for inner in value.values() for one in found(inner, name)]
    return [one for inner in value for one in found(inner, name)] if isinstance(value, list) else []


@given(TREES, NAMES)
def test_every_text_is_found_once_and_in_order(tree: object, name: str) -> None:
    expected = [one for one in found(tree, name) if isinstance(one, str) and one]
    assert list(texts(tree, name)) == list(dict.fromkeys(expected))
    assert text(tree, name) == (expected[0] if expected else None)
    assert [one[name] for one in objects_with(tree, name)] == found(tree, name)


def test_the_forms_of_ec2_answers_are_all_looked_into() -> None:
    for answer in (
        {"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}},
        {"instances": [{"instanceId": "i-1"}, {"deep": {"instanceId": "i-2"}}]},
        [{"instanceId": "i-1", "more": {"instanceId": "i-2"}}, {"instanceId": "i-1"}],
    ):
        assert texts(answer, "instanceId") == ("i-1", "i-2")
        assert text(answer, "instanceId") == "i-1"


def test_depth_is_no_matter() -> None:
    tree: object = {"id": "deep"}
    for _ in range(100_000):
        tree = [tree]
    assert texts(tree, "id") == ("deep",)


def test_what_is_longer_than_a_name_is_cut() -> None:
    assert texts({"id": "x" * 10_000_000}, "id") == ("x" * NAME_LENGTH_MAX,)


@given(TREES, NAMES)
def test_a_member_of_what_is_no_object_is_none(tree: object, name: str) -> None:
    assert member(tree, name) == (tree.get(name) if isinstance(tree, dict) else None)
