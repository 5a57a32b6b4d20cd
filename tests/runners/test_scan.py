"""A scan as a whole: what it finds with what is given, and what it says of what it cannot know."""

import json
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.command import lay_out
from truant.connectors.config import BadConfig
from truant.connectors.inventory_folder import NoInventory
from truant.connectors.trail_files import Unreadable
from truant.model.bad_feed import BadFeed
from truant.runners.scan import ScanRequest, ScanResult, scan


def silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def scanned(folder: Path, **changed: object) -> ScanResult:
    """Scan a world with everything that lies in it, but for what is changed."""
    request = ScanRequest(
        paths=(folder / "trail",),
        cache=folder / "no-cache",
        now=0,
        inventory=folder / "inventory",
        config=folder / "truant.toml",
        ip_ranges=folder / "ip-ranges.json",
    )
    return scan(replace(request, **changed), silent)


def notices(result: ScanResult) -> str:
    return "\n".join(result.notices)


def test_all_is_found_and_nothing_else(world: Path) -> None:
    truth = json.loads((world / "truth.json").read_text())
    expected = [
        (session["principalId"], one["type"], one["severity"], one["count"])
        for session in truth["sessions"]
        for one in session["findings"]
    ]
    findings = scanned(world).findings
    told = [
        (
            one["resource"]["accessKeyDetails"]["principalId"],
            one["type"],
            one["severity"],
            one["service"]["count"],
        )
        for one in json.loads(json.dumps(findings))
    ]
    assert told == expected


def test_jobs_and_the_cut_into_files_change_no_byte(world: Path, tmp_path: Path) -> None:
    """Laws 1 and 3: also with every file there twice, under another name."""
    findings = json.dumps(scanned(world).findings)
    assert json.dumps(scanned(world, jobs=3).findings) == findings
    twice = shutil.copytree(world, tmp_path / "twice")
    shutil.copytree(world / "trail", twice / "trail" / "again")
    assert json.dumps(scanned(twice, jobs=2).findings) == findings


def test_findings_stand_in_order_of_their_first_call(world: Path) -> None:
    seen = [
        str(one["service"]["eventFirstSeen"])
        for one in json.loads(json.dumps(scanned(world).findings))
    ]
    assert seen == sorted(seen)


def test_it_needs_no_network_and_no_cache(world: Path) -> None:
    result = scanned(world, ip_ranges=None)
    assert "AWS ranges: none at hand, so the owners of AWS's addresses are unknown." in (
        result.notices
    )
    assert "use from outside AWS cannot be told from use inside it. Give --ip-ranges" in (
        notices(result)
    )
    assert "not updated" not in notices(result), "nobody was asked"
    assert not (world / "no-cache").exists()


def test_without_ranges_no_owner_is_guessed(world: Path) -> None:
    findings = json.loads(json.dumps(scanned(world, ip_ranges=None).findings))
    places = {
        origin["place"]
        for one in findings
        for origin in one["service"]["additionalInfo"]["origins"]
    }
    assert "AWS or not, unknown" in places
    assert not {"outside AWS", "AWS, owner unknown"} & places


def test_without_ranges_a_theft_from_outside_keeps_its_type_and_id(world: Path) -> None:
    """What names no owner does not send a responder to look for one, and is told as unknown."""

    def outside(result: ScanResult) -> dict[str, str]:
        return {
            str(one["id"]): str(one["description"])
            for one in json.loads(json.dumps(result.findings))
            if str(one["type"]).endswith("OutsideAWS")
        }

    listed, unlisted = outside(scanned(world)), outside(scanned(world, ip_ranges=None))
    assert listed
    assert listed.keys() <= unlisted.keys()
    assert all("whether AWS's is not known" in told for told in unlisted.values())
    assert not any("not known" in told for told in listed.values())


def test_ranges_older_than_the_calls_are_told(world: Path, tmp_path: Path) -> None:
    old = "AWS's list of ranges is 7"
    assert old in notices(scanned(world))
    fresh = json.loads((world / "ip-ranges.json").read_text())
    fresh["createDate"] = "2025-12-01-00-00-00"
    (tmp_path / "ip-ranges.json").write_text(json.dumps(fresh))
    result = scanned(world, ip_ranges=tmp_path / "ip-ranges.json")
    assert "days older than the newest call" not in notices(result)
    assert f"AWS ranges: 1 snapshot of 2025-12-01, from {tmp_path}" in notices(result)


def test_a_call_is_judged_by_the_ranges_of_its_time(world: Path, tmp_path: Path) -> None:
    """A folder of snapshots: the thief's address is AWS's only in a list made after the calls."""
    ranges = json.loads((world / "ip-ranges.json").read_text())
    (tmp_path / "before.json").write_text(json.dumps(ranges))
    ranges |= {"createDate": "2026-06-01-00-00-00", "syncToken": "2"}
    ranges["prefixes"].append(
        {"ip_prefix": "109.40.218.0/24", "region": "eu-west-1", "service": "EC2"}
    )
    (tmp_path / "after.json").write_text(json.dumps(ranges))
    findings = scanned(world, ip_ranges=tmp_path).findings
    assert str(findings[0]["type"]).endswith(".OutsideAWS")
    (tmp_path / "before.json").unlink()
    findings = scanned(world, ip_ranges=tmp_path).findings
    assert str(findings[0]["type"]).endswith(".InsideAWS")


def test_what_was_seen_and_let_be_is_no_secret(world: Path) -> None:
    result = scanned(world, inventory=None)
    assert "No inventory was given" in notices(result)
    assert "with too little against it to be a finding." in notices(result)
    assert len(result.quiet) > 0


def test_a_rule_that_silences_is_named_with_how_often(tmp_path: Path) -> None:
    told = notices(scanned(lay_out(tmp_path, "T25")))
    assert "Trusted by network.trusted" in told
    assert " origins." in told


def test_a_rule_that_expired_is_told(world: Path, tmp_path: Path) -> None:
    config = tmp_path / "truant.toml"
    config.write_text(
        '[[network.trusted]]\ncidr = "109.40.218.0/24"\nreason = "x"\nexpires = 2020-01-01\n'
    )
    result = scanned(world, config=config)
    assert len(result.findings) == 3
    assert ": 0 origins. The rule expired at 2020-01-01 23:59:59 UTC, before" in notices(result)
    config.write_text('[[network.trusted]]\ncidr = "109.40.218.0/24"\nreason = "x"\n')
    assert len(scanned(world, config=config).findings) == 2


def test_an_inventory_without_a_date_is_told(world: Path, tmp_path: Path) -> None:
    inventory = shutil.copytree(world / "inventory", tmp_path / "inventory")
    for dated in inventory.rglob("collected.json"):
        dated.unlink()
    (inventory / "notes").mkdir()
    told = notices(scanned(world, inventory=inventory))
    assert "no collected.json says when; taken for newer than every call." in told
    assert "notes: left out, its name is no account id of 12 digits" in told


@pytest.mark.parametrize(
    ("name", "error"),
    [("inventory", NoInventory), ("config", BadConfig), ("ip_ranges", BadFeed)],
)
def test_what_is_named_wrongly_is_known_before_anything_is_read(
    world: Path, tmp_path: Path, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        scanned(world, **{name: tmp_path / "absent"})


def test_a_trail_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        scan(ScanRequest(paths=(tmp_path / "absent",), cache=tmp_path, now=0), silent)
