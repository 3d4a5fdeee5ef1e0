"""What can go wrong, in one line each: the place, the fault, the mend."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

_LONGEST_EXCERPT = 60


@dataclass(frozen=True)
class Place:
    """Where in an author's text something stands; lines and columns count from 1."""

    line: int
    column: int | None = None
    file: str | None = None

    def __str__(self) -> str:
        parts = [self.file or "", f"{self.line}", "" if self.column is None else f"{self.column}"]
        return ":".join(part for part in parts if part)

    def within(self, file: str | None, lines_before: int = 0, columns_before: int = 0) -> Place:
        """The same place, seen from a file in which the text starts that far down and to the right."""
        column = None if self.column is None else self.column + columns_before
        return dataclasses.replace(self, file=file, line=self.line + lines_before, column=column)


class GraphgenError(Exception):
    """A fault that its message tells how to mend. The named kinds are its subclasses."""

    def __init__(self, message: str, mend: str = "", place: Place | None = None) -> None:
        super().__init__(message, mend, place)
        self.message = message
        self.mend = mend
        self.place = place

    def __str__(self) -> str:
        told = f"{self.message}; {self.mend}" if self.mend else self.message
        return f"{self.place}: {told}" if self.place else told

    def within(self, file: str | None, lines_before: int = 0, columns_before: int = 0) -> GraphgenError:
        """The same fault, placed in a file; a fault without a place is placed at its first line."""
        place = self.place or Place(line=1)
        return type(self)(self.message, self.mend, place.within(file, lines_before, columns_before))


class SourceError(GraphgenError):
    """The text is not in graphgen's language."""


class EvaluationError(GraphgenError):
    """A value or a gradient does not exist or is not finite at the given inputs."""


class VerificationError(GraphgenError):
    """Two ways of computing the same number disagree."""


class OptionError(GraphgenError):
    """An option is unknown, or its value is."""


class RenderError(GraphgenError):
    """The picture cannot be drawn."""


def excerpt(text: str) -> str:
    """A quoted, printable, single-line piece of an author's text, shortened to fit a message.

    >>> excerpt("total = apple")
    "'total = apple'"
    """
    shown = text if len(text) <= _LONGEST_EXCERPT else text[: _LONGEST_EXCERPT - 1] + "…"
    return repr(shown)
