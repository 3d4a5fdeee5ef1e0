"""The file that is edited: followed when another program changes it, and never written over such a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any


@dataclass(frozen=True)
class Document:
    """A file by its name, and what reads and writes its text; there is none (None) before it is first saved.

    In the page every line ends in a line feed, and the file keeps the ends that it has.
    """

    name: str
    read: Callable[[], str | None]
    write: Callable[[str], None]
    _saving: Lock = field(default_factory=Lock)

    def state(self) -> dict[str, Any]:
        """The text as the page has it, and its version, by which the page says what it has seen.

        Both are None where there is no file. Raises GraphgenError.
        """
        return _state(self.read())

    def save(self, text: str, seen: str | None) -> dict[str, Any]:
        """Writes the text and gives its state; where the file is no longer the version that was seen, and
        says something else, it stays, and its own state is the `conflict`.

        A file that was removed is written again. Raises GraphgenError.
        """
        with self._saving:
            before = self.read()
            there = _state(before)
            if before is not None and there["version"] != seen and there["text"] != text:
                return {"conflict": there}
            if there["text"] != text:
                self.write(text.replace("\n", "\r\n") if before and "\r\n" in before else text)
            return _state(text)


def _state(text: str | None) -> dict[str, Any]:
    if text is None:
        return {"text": None, "version": None}
    shown = text.replace("\r\n", "\n").replace("\r", "\n")
    return {"text": shown, "version": sha256(shown.encode()).hexdigest()}
