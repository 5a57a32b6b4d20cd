"""The file that findings are written to: the whole of it or, if that fails, the old one."""

import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path


class NoOutput(OSError):
    """The file cannot be written; the message says which, why, and what to do."""


def check(path: Path) -> None:
    """Try whether a file can be written, without touching it. Raises NoOutput."""
    try:
        if path.is_dir():
            raise IsADirectoryError
        if not _is_special(path):
            handle, name = _beside(path.resolve())
            os.close(handle)
            name.unlink()
    except OSError as error:
        raise NoOutput(_why(path, error)) from error


def write(path: Path, parts: Iterable[str]) -> None:
    """Put the parts, one after another, into the file at once. Raises NoOutput.

    A device or pipe is written to as it is. A link is followed, and a file that is there keeps its
    permissions.
    """
    try:
        if _is_special(path):
            with path.open("w", encoding="utf-8") as stream:
                stream.writelines(parts)
        else:
            _replace(path.resolve(), parts)
    except OSError as error:
        raise NoOutput(_why(path, error)) from error


def _replace(target: Path, parts: Iterable[str]) -> None:
    handle, name = _beside(target)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.writelines(parts)
            stream.flush()
            if target.exists():
                os.fchmod(handle, stat.S_IMODE(target.stat().st_mode))
            os.fsync(handle)
        name.replace(target)
    except BaseException:
        name.unlink(missing_ok=True)
        raise


def _beside(target: Path) -> tuple[int, Path]:
    """A new file in the target's folder, with the permissions that the user's umask leaves."""
    name = target.parent / f".truant-{secrets.token_hex(8)}"
    return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), name


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _why(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{path}: there is no such folder. Make it, or name another file."
    if isinstance(error, IsADirectoryError):
        return f"{path}: is a folder. Name a file in it."
    reason = error.strerror or str(error)
    return f"{path}: {reason}. Make room, or name a file that can be written."
