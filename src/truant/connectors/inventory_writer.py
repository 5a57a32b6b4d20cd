"""Writes an inventory folder: made beside its place, and put there by renaming when it is whole.

What an earlier inventory in its place told of accounts and regions that are not in the new one
stays, with its own time. Readable by its owner alone.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from truant.connectors.inventory_folder import COLLECTED, is_inventory
from truant.model.event_time import iso


class CannotWrite(ValueError):
    """The folder cannot be written; the message says why and what to do."""


class InventoryWriter:
    """One inventory in the making. `finish` puts it in place; leaving without it leaves nothing."""

    def __init__(self, folder: Path) -> None:
        """Raises CannotWrite for a folder that holds something else, before anything is asked."""
        self.folder = Path(folder)
        if not is_free(self.folder):
            raise CannotWrite(
                f"{folder}: holds something that is no inventory. Name a new folder, or one that "
                "`truant collect` wrote."
            )
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        aside = tempfile.mkdtemp(prefix=f".{self.folder.name}.", dir=self.folder.parent)
        self._aside = Path(aside)
        self._new = self._aside / "new"
        self._new.mkdir(mode=0o700)
        self.files = 0

    def __enter__(self) -> "InventoryWriter":
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing behind beside the folder."""
        shutil.rmtree(self._aside, ignore_errors=True)

    def put_region(
        self,
        account: str,
        region: str,
        collected: int,
        documents: Mapping[str, object],
        missing: Sequence[Mapping[str, str]] = (),
    ) -> None:
        """What one account and region told at a time (epoch seconds), and what it did not tell.

        Where it told nothing at all, nothing is written.
        """
        if not documents:
            return
        place = self._new / account / region
        for operation, document in documents.items():
            self._write(place / f"{operation}.json", document)
        when: dict[str, object] = {"collectedAt": iso(collected)[:-5] + "Z"}
        if missing:
            when["missing"] = list(missing)
        self._write(place / COLLECTED, when)

    def put_accounts(self, management: str, document: object) -> None:
        """The organization's accounts."""
        self._write(self._new / management / "list-accounts.json", document)

    def _write(self, path: Path, document: object) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(document, indent=1)
        path.write_text(text + "\n", encoding="utf-8")
        path.chmod(0o600)
        self.files += 1

    def finish(self) -> None:
        """Put it in place of what was there; that is put back if this fails. Raises OSError."""
        old = self._aside / "old"
        if not self.folder.exists():
            self._new.rename(self.folder)
            return
        self._keep_others()
        self.folder.rename(old)
        try:
            self._new.rename(self.folder)
        except OSError:
            old.rename(self.folder)
            raise

    def _keep_others(self) -> None:
        """Copy what the folder tells of other regions and organizations."""
        for account in (path for path in self.folder.iterdir() if path.is_dir()):
            for path in account.iterdir():
                place = self._new / account.name / path.name
                if place.exists():
                    continue
                place.parent.mkdir(parents=True, exist_ok=True)
                if path.is_dir():
                    shutil.copytree(path, place)
                else:
                    shutil.copy2(path, place)


def is_free(folder: Path) -> bool:
    """Whether an inventory may be written here: nothing is there, or an inventory is."""
    return not folder.exists() or (folder.is_dir() and is_inventory(folder))
