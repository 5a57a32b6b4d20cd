"""One `[[publish]]` of truant.toml: its keys, checked; its secrets, from elsewhere."""

from collections.abc import Collection, Mapping
from pathlib import Path

from truant.connectors.config import BadConfig

SECRET_BYTES_MAX = 4_096


class Settings:
    """The keys of one place. Every one that is asked for is known; the others are refused."""

    def __init__(
        self, table: Mapping[str, object], name: str, environment: Mapping[str, str], folder: Path
    ) -> None:
        """`folder`: to which paths are relative."""
        self.name, self._table, self._environment = name, table, environment
        self._folder, self._known = folder, {"name", "kind", "severity"}

    def wrong(self, key: str, why: str) -> BadConfig:
        """What to raise for a key."""
        return BadConfig(f"publish {self.name}: {key} {why}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there. Raises BadConfig."""
        self._known.add(key)
        value = self._table.get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "must be a text")
        return value

    def optional(self, key: str) -> str | None:
        """A text, or None. Raises BadConfig."""
        self._known.add(key)
        return self.text(key) if key in self._table else None

    def choice(self, key: str, choices: Collection[str], default: str) -> str:
        """One of some words. Raises BadConfig."""
        value = self.text(key, default)
        if value not in choices:
            raise self.wrong(key, f"must be one of {', '.join(choices)}, not {value!r}")
        return value

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number. Raises BadConfig."""
        self._known.add(key)
        value = self._table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.wrong(key, f"must be a whole number from {least} to {most}")
        return value

    def flag(self, key: str) -> bool:
        """True or false; false where it is not there. Raises BadConfig."""
        self._known.add(key)
        value = self._table.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def path(self, key: str) -> Path:
        """A path, relative to truant.toml. Raises BadConfig."""
        return self._folder / self.text(key)

    def secret(self, key: str) -> str | None:
        """A secret, or None: from the file that KEY_file names, or from the environment.

        It never stands in truant.toml itself. Raises BadConfig, without the secret in it.
        """
        variable = f"TRUANT_PUBLISH_{self.name}_{key}".upper().replace("-", "_")
        if key in self._table:
            raise self.wrong(
                key, f"is a secret: set {variable} in the environment, or name {key}_file"
            )
        file = self.optional(f"{key}_file")
        if file is None:
            return self._environment.get(variable) or None
        try:
            with (self._folder / file).open(encoding="utf-8") as stream:
                return stream.read(SECRET_BYTES_MAX).strip()
        except (OSError, UnicodeDecodeError) as error:
            raise self.wrong(f"{key}_file", f"cannot be read: {type(error).__name__}") from error

    def needed(self, key: str) -> str:
        """A secret that must be there. Raises BadConfig."""
        found = self.secret(key)
        if not found:
            variable = f"TRUANT_PUBLISH_{self.name}_{key}".upper().replace("-", "_")
            raise self.wrong(key, f"is missing: set {variable}, or name {key}_file")
        return found

    def finish(self) -> None:
        """Refuse keys that nobody asked for. Raises BadConfig."""
        for key in self._table:
            if key not in self._known:
                raise self.wrong(key, f"is unknown; known are {', '.join(sorted(self._known))}")
