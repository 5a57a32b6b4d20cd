"""The commands `truant report`, for AWS Trust & Safety, and `truant case`, for one's own file."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from truant.commands.options import FindingId, FromFile, MorePaths
from truant.commands.respond import finding_named, opened
from truant.commands.serve import Database, KeyFile
from truant.connectors import raw_records, trail_files
from truant.connectors.raw_records import RawRecord
from truant.detection.finding_case import Case, at, objects
from truant.formats import redacted
from truant.formats.plain import plain
from truant.terminal import case_files
from truant.terminal.streams import tell

Finding = Mapping[str, object]

Folder = Annotated[
    Path, typer.Argument(help="A new folder, or an empty one.", metavar="DIR", readable=False)
]
Everything = Annotated[
    bool,
    typer.Option(
        "--everything", help="Whole records and the whole finding, our network in it too."
    ),
]


class CannotReport(ValueError):
    """It cannot be written so; the message says why and what to do."""


def report(
    finding_id: FindingId,
    folder: Folder,
    paths: MorePaths = None,
    from_: FromFile = None,
    everything: Everything = False,
    database: Database = None,
    key_file: KeyFile = None,
) -> None:
    """Write a report for AWS Trust & Safety: text, CSV and one HTML file.

    With PATHs, the records of the theft are read again from the trail and shown as logs.
    """
    _check_new(folder)
    finding = _finding(finding_id, from_, database, key_file)
    logs = _logs(finding, list(_records(finding, paths or [])), everything=everything)
    _write(folder, case_files.report(finding, logs, everything=everything))
    tell(f"{len(list(folder.iterdir()))} files in {plain(folder)}. Read them before you send them.")


def case(
    finding_id: FindingId,
    folder: Folder,
    paths: MorePaths = None,
    from_: FromFile = None,
    database: Database = None,
    key_file: KeyFile = None,
) -> None:
    """Write the case file of one finding: report, evidence, records, time line, hashes.

    With PATHs, every record of the session and its lineage is read again from the trail. The same
    finding and the same trail give the same bytes.
    """
    _check_new(folder)
    finding = _finding(finding_id, from_, database, key_file)
    found = list(_records(finding, paths or []))
    logs = _logs(finding, found, everything=False)
    files = case_files.case(finding, logs, "".join(map(_line, found)))
    _write(folder, files)
    tell(f"{len(files)} files in {plain(folder)}: {len(found):,} records.")


def _finding(name: str, file: Path | None, database: str | None, key_file: Path | None) -> Finding:
    store = None if file is not None else opened(database, key_file, must=False)
    try:
        found = finding_named(store, name, file)
    finally:
        if store is not None:
            store.close()
    cleaned = redacted.without_secrets(found)
    return cleaned if isinstance(cleaned, Mapping) else {}


def _check_new(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotReport(f"{folder}: is there already and not empty. Name a new folder.")


def _logs(finding: Finding, found: list[RawRecord], *, everything: bool) -> list[str]:
    """The records of the theft among those of the session, as they are shown."""
    stolen = {str(one) for one in _strings(at(finding, "service", "additionalInfo"), "eventIds")}
    wanted = [one for one in found if _is_from_there(one.record, finding, stolen)]
    wanted.sort(key=lambda one: (str(one.record.get("eventTime")), one.file, one.position))
    return [json.dumps(_shown(one.record, everything=everything)) for one in wanted]


def _shown(record: Mapping[str, object], *, everything: bool) -> object:
    if everything:
        return redacted.without_secrets(record)
    return redacted.record_for_strangers(record)


def _is_from_there(record: Mapping[str, object], finding: Finding, ids: set[str]) -> bool:
    """Whether a call is one of the theft: named by the finding, or from its origins."""
    if str(record.get("eventID")) in ids:
        return True
    key = at(record, "userIdentity").get("accessKeyId")
    return any(
        one.get("accessKeyId") == key
        and one.get("address") == record.get("sourceIPAddress")
        and one.get("vpcEndpointId") == record.get("vpcEndpointId")
        for one in objects(at(finding, "service", "additionalInfo").get("origins"))
    )


def _strings(value: Mapping[str, object], name: str) -> list[object]:
    found = value.get(name)
    return found if isinstance(found, list) else []


def _records(finding: Finding, paths: list[Path]) -> Iterator[RawRecord]:
    """All records of the session and its lineage, in the order of files and positions."""
    if not paths:
        return
    files, _ = trail_files.find(paths)
    info = at(finding, "service", "additionalInfo")
    made = [*objects(info.get("issuance")), *objects(info.get("lineage"))]
    keys = {*Case(finding).used_keys(), *(str(one.get("accessKeyId")) for one in made)}
    ids = {str(one) for one in _strings(info, "eventIds")}
    ids |= {str(one.get("eventId")) for one in (*made, *objects(info.get("made")))}
    principal = Case(finding).principal or None
    nobody = {"None", "", "unknown"}
    keys, ids = keys - nobody, ids - nobody
    for file in files:
        for one in raw_records.records(file):
            who = at(one.record, "userIdentity")
            given = at(one.record, "responseElements", "credentials")
            used = {str(who.get("accessKeyId")), str(given.get("accessKeyId"))}
            called = {str(one.record.get(name)) for name in ("eventID", "sharedEventID")}
            if who.get("principalId") == principal or used & keys or called & ids:
                yield one


def _line(one: RawRecord) -> str:
    """A record with where it stands, and the hash of its bytes there; without its secrets."""
    said = {
        "file": Path(one.file).name,
        "position": one.position,
        "sha256": one.digest,
        "record": redacted.without_secrets(one.record),
    }
    return json.dumps(said, ensure_ascii=True) + "\n"


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, text in sorted(files.items()):
        path = folder / name
        path.write_text(text, encoding="utf-8", newline="")
        path.chmod(0o600)


WRONG = (CannotReport,)
