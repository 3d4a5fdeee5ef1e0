"""The kinds of error; each says in one line the place, the fault, and what to do."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any

_LONGEST_EXCERPT = 60
_LONGEST_MESSAGE = 200
_COMMAND = re.compile(r"##(?=\w*\[)")
"""A sign of commands to build servers, wherever it stands in a line, as in ##vso[task.setvariable …]."""


@dataclass(frozen=True)
class Place:
    """Where in an author's text something stands; lines and columns count from 1."""

    line: int
    column: int | None = None
    file: str | None = None

    def __str__(self) -> str:
        parts = [self.file or "", f"{self.line}", "" if self.column is None else f"{self.column}"]
        return printable(":".join(part for part in parts if part))

    def within(self, file: str | None, lines_before: int = 0, columns_before: int = 0) -> Place:
        """The same place, seen from a file in which the text starts that far down and to the right."""
        column = None if self.column is None else self.column + columns_before
        return dataclasses.replace(self, file=file, line=self.line + lines_before, column=column)


class GraphgenError(Exception):
    """A fault, with a hint at what to do about it. The named kinds are its subclasses."""

    def __init__(self, message: str, hint: str = "", place: Place | None = None) -> None:
        super().__init__(message, hint, place)
        self.message = message
        self.hint = hint
        self.place = place

    def __str__(self) -> str:
        text = f"{self.message}; {self.hint}" if self.hint else self.message
        return printable(f"{self.place}: {text}" if self.place else text)

    def within(self, file: str | None, lines_before: int = 0, columns_before: int = 0) -> GraphgenError:
        """The same fault, placed in a file; a fault without a place is placed at its first line."""
        place = self.place or Place(line=1)
        return type(self)(self.message, self.hint, place.within(file, lines_before, columns_before))


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


class InternalError(GraphgenError):
    """graphgen itself failed on a source, by an exception that no part of it foresaw."""


class contained:  # noqa: N801 as a context manager is called
    """Turns any exception that is not a GraphgenError into an InternalError that names it.

    Whatever draws one source among others stands in this, or has it as its decorator, so that an engine or
    a library that fails on the one stops no other. `passing` are the kinds that go through as they are.

    >>> with contained():
    ...     1 / 0
    Traceback (most recent call last):
    graphgen.errors.InternalError: graphgen failed on this source: ZeroDivisionError: division by zero; \
please report it with the source
    """

    def __init__(self, *passing: type[Exception]) -> None:
        self.passing: tuple[type[Exception], ...] = (GraphgenError, *passing)

    def __call__(self, function: Any) -> Any:
        """The function in this; a call that does not fit its parameters is a TypeError, as it is of any."""

        @wraps(function)
        def called(*arguments: Any, **named: Any) -> Any:
            try:
                with self:
                    return function(*arguments, **named)
            except InternalError as error:
                if isinstance(error.__cause__, TypeError):
                    signature(function).bind(*arguments, **named)
                raise

        return called

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        if isinstance(error, Exception) and not isinstance(error, self.passing):
            said = ": ".join(filter(None, (type(error).__name__, _shortened(" ".join(str(error).split())))))
            raise InternalError(
                f"graphgen failed on this source: {said}", "please report it with the source"
            ) from error


def printable(text: str) -> str:
    """A text as one line that no terminal and no build server takes for more than words.

    Line ends, other control characters and what a terminal does not show are written as escapes.

    >>> print(printable("a.md\\n::error::b"))
    a.md\\n::error::b
    """
    shown = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
    return _COMMAND.sub(r"\\x23#", shown)


def excerpt(text: str) -> str:
    """A quoted, printable, single-line piece of an author's text, shortened to fit a message.

    >>> excerpt("total = apple")
    "'total = apple'"
    """
    return repr(_shortened(text))


def on_one_line(error: Exception) -> str:
    """What an error of another library says, on one line and no longer than a message may be.

    >>> on_one_line(ValueError("too\\n  large"))
    'too large'
    """
    said = " ".join(str(error).split())
    if len(said) <= _LONGEST_MESSAGE:
        return said
    first = said[:_LONGEST_MESSAGE]
    return f"{first.rpartition(' ')[0] or first} …"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_EXCERPT else text[: _LONGEST_EXCERPT - 1] + "…"
