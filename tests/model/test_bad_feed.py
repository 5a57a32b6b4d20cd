"""The error of a feed: where, what, and the remedy, in one line."""

import pickle

from truant.model.bad_feed import BadFeed


def test_it_says_where_what_and_what_to_do() -> None:
    error = BadFeed("tor.txt", "line 3", "holds no address", "Check the file")
    assert str(error) == "tor.txt, line 3: holds no address. Check the file"
    assert str(BadFeed("tor.txt", "", "is empty", "Mend it")) == "tor.txt: is empty. Mend it"
    assert isinstance(error, ValueError)


def test_it_passes_between_processes() -> None:
    error = BadFeed("tor.txt", "line 3", "holds no address", "Check the file")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (again.source, again.position, again.problem, again.remedy) == error.args
    assert str(again) == str(error)
