"""truant.toml: what it may say, and what each mistake in it is told as."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.connectors.config import BadConfig, add, parse, read, written
from truant.detection.trust import Rule, Trust
from truant.model.bad_feed import BadFeed

WHOLE = """
[accounts]
administrator = "111111111111"
members = ["222222222222"]

[[network.trusted]]
cidr = "198.51.100.7/24"
reason = "head office"
accounts = ["111111111111"]
expires = 2027-06-30

[[network.trusted]]
vpc_endpoint = "vpce-0123456789abcdef0"
reason = "the hub's"
expires = 2027-06-30T12:00:00+02:00

[[network.trusted]]
account = "333333333333"
reason = "a partner"

[[lists.trusted]]
file = "trusted.txt"

[[lists.threat]]
file = "bad.csv"
format = "OTX_CSV"
name = "our partners' list"
"""


def epoch(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]


def told(text: str) -> str:
    """What is said of a configuration that cannot be used."""
    with pytest.raises(BadConfig) as caught:
        parse(tomllib.loads(text))
    return str(caught.value)


def test_a_whole_configuration_is_read(tmp_path: Path) -> None:
    (tmp_path / "truant.toml").write_text(WHOLE)
    (tmp_path / "trusted.txt").write_text("192.0.2.0/24\n")
    (tmp_path / "bad.csv").write_text("Indicator type,Indicator,Description\nIPv4,192.0.2.9,x\n")
    trust = read(tmp_path / "truant.toml")
    assert trust.administrator == "111111111111"
    assert trust.members == frozenset({"222222222222"})
    office, hub, partner = trust.rules
    assert office == Rule(
        reason="head office",
        cidr="198.51.100.0/24",
        accounts=("111111111111",),
        expires=epoch(2027, 6, 30, 23, 59, 59),
    )
    assert (hub.vpc_endpoint, hub.expires) == ("vpce-0123456789abcdef0", epoch(2027, 6, 30, 10))
    assert (partner.account, partner.expires, partner.accounts) == ("333333333333", None, ())
    assert [one.name for one in (*trust.lists, *trust.threats)] == [
        "trusted.txt",
        "our partners' list",
    ]


def test_an_empty_file_trusts_nothing() -> None:
    assert parse({}) == Trust()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[acounts]", "unknown key acounts; known are accounts, lists, network"),
        ('accounts.adminstrator = "1"', "unknown key accounts.adminstrator; known are admin"),
        ("[network]\ntrustd = []", "unknown key network.trustd; known are trusted"),
        ('[[network.trusted]]\ncidrs = "x"', "unknown key network.trusted[1].cidrs; known are acc"),
        ("[lists]\nthreats = []", "unknown key lists.threats; known are threat, trusted"),
        ("accounts = 7", "accounts must be a table: write [accounts]"),
        ("[network.trusted]\n", "network.trusted must be tables: write [[network.trusted]]"),
        ("network.trusted = [7]", "network.trusted[1] must be a table"),
        ('accounts.administrator = ""', "accounts.administrator must be an account id, twelve"),
        ("accounts.administrator = 111111111111", "must be an account id, twelve digits in quotes"),
        ('accounts.members = "222222222222"', "accounts.members must be a list of account ids"),
        ('accounts.members = ["2"]', "accounts.members must be an account id, twelve digits"),
        ('[[network.trusted]]\nreason = "x"', "must name exactly one of cidr, account, vpc_endpo"),
        (
            '[[network.trusted]]\ncidr = "1.2.3.4"\naccount = "111111111111"\nreason = "x"',
            "network.trusted[1] must name exactly one of",
        ),
        ('[[network.trusted]]\ncidr = "192.0.2.0/24"', "reason must say why, in words"),
        ('[[network.trusted]]\ncidr = "192.0.2.0/24"\nreason = " "', "reason must say why"),
        ('[[network.trusted]]\ncidr = "192.0.2.0/33"\nreason = "x"', 'a network like "198.51.100'),
        ('[[network.trusted]]\nvpc_endpoint = "x"\nreason = "x"', "must be a VPC endpoint's id"),
        (
            '[[network.trusted]]\ncidr = "192.0.2.0/24"\nreason = "x"\nexpires = "2027-06-30"',
            "network.trusted[1].expires must be a date like 2027-06-30, without quotes",
        ),
        (
            '[[network.trusted]]\ncidr = "192.0.2.0/24"\nreason = "x"\naccounts = []',
            "network.trusted[1].accounts names none: leave it out to mean all",
        ),
        ("[lists]\ntrusted = 7", "lists.trusted must be tables: write [[lists.trusted]]"),
        ("[[lists.threat]]\n", "lists.threat[1].file must be the path of the list"),
        ('[[lists.threat]]\nfile = "x"\nformat = "CSV"', "must be one of TXT, STIX, OTX_CSV"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_remedy(text: str, sentence: str) -> None:
    assert sentence in told(text)


def test_the_second_rule_is_named_as_the_second() -> None:
    rule = '[[network.trusted]]\ncidr = "192.0.2.0/24"\nreason = "x"\n'
    assert told(rule + rule + "cider = 1").startswith("unknown key network.trusted[2].cider;")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[accounts", "truant.toml: .*table declaration.* Write it as TOML"),
        (b"\xff", "truant.toml: .*Write it as TOML"),
        (b"[acounts]", "truant.toml: unknown key acounts"),
    ],
)
def test_the_file_is_named(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "truant.toml").write_bytes(content)
    with pytest.raises(BadConfig, match=sentence):
        read(tmp_path / "truant.toml")


def test_a_file_that_is_not_there_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"absent: there is no such file\. Give --config"):
        read(tmp_path / "absent")
    with pytest.raises(BadConfig, match="Is a directory"):
        read(tmp_path)


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFeed, match=r"gone\.txt: cannot be read"):
        parse({"lists": {"threat": [{"file": "gone.txt"}]}}, tmp_path)


RULES = st.builds(
    Rule,
    reason=st.text(min_size=1).filter(lambda text: text.strip() != ""),
    cidr=st.just("198.51.100.0/24"),
    accounts=st.lists(st.sampled_from(["111111111111", "222222222222"]), max_size=2).map(tuple),
    expires=st.none() | st.just(epoch(2027, 6, 30, 23, 59, 59)),
)


@given(RULES)
def test_a_rule_written_is_read_as_the_same_rule(rule: Rule) -> None:
    assert parse(tomllib.loads(written(rule))).rules == (rule,)


def test_a_rule_is_added_to_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "truant.toml"
    rule = Rule(reason="the lab", cidr="203.0.113.0/24")
    add(file, rule)
    add(file, Rule(reason="the hub's", vpc_endpoint="vpce-0123456789abcdef0"))
    assert [one.reason for one in read(file).rules] == ["the lab", "the hub's"]
    assert [path.name for path in tmp_path.iterdir()] == ["truant.toml"]


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    path = tmp_path / "truant.toml"
    path.write_bytes(b"\xef\xbb\xbf[accounts]\nmembers = []\n")
    assert read(path) == Trust()
    add(path, Rule("x", cidr="198.51.100.0/24"))
    assert [rule.cidr for rule in read(path).rules] == ["198.51.100.0/24"]
