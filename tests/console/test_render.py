"""Tests of `render`: texts as a page shows them."""

from truant.console.render import WHOLE_MAX, unbroken


def test_names_stay_whole_where_they_fit() -> None:
    told = unbroken("The key of web-1 was used")
    assert told == 'The key of <span class="whole">web-1</span> was used'
    long = f"a-{'b' * WHOLE_MAX}"
    assert unbroken(long) == long, "it would be wider than a phone"


def test_what_a_record_says_stays_a_text() -> None:
    assert unbroken("<b-1> <i>") == '<span class="whole">&lt;b-1&gt;</span> &lt;i&gt;'
    assert unbroken("a-\u202eb") == '<span class="whole">a-\\u202eb</span>'
