"""A source as its author wrote it: readable characters, parsed by Python, with the place of every part."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

from graphgen.errors import Place, SourceError, excerpt
from graphgen.language.arithmetic import MAX_DIGITS
from graphgen.language.hints import of_line
from graphgen.notation import IN_PAIRS, reordering, unreadable

MAX_LENGTH = 1_000_000
"""Characters in one source."""
MAX_LINE = 10_000
"""Characters in one line."""
MAX_DEPTH = 100
"""Levels of nesting in one expression."""
MAX_TERMS = 1_000
"""Operands in one chain such as a + b - c, which is not nested."""

SPLIT_IT = f"give parts of it names of their own (at most {MAX_DEPTH} levels, {MAX_TERMS:,} terms)"
_ADVICE = re.compile(r";|\. (?:Maybe|Perhaps|Did)")
"""Where Python begins to give advice, which is for Python at large."""


@dataclass(frozen=True)
class SourceText:
    """The lines of a source, as the bytes that `ast` counts columns in, and Python's reading of them."""

    lines: tuple[bytes, ...]
    statements: tuple[ast.stmt, ...]

    def of(self, node: ast.expr | ast.stmt) -> str:
        """The text that the author wrote for a node."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        lines = list(self.lines[first : last + 1])
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b"\n".join(lines).decode()

    def excerpt(self, node: ast.expr | ast.stmt) -> str:
        return excerpt(self.of(node))

    def line(self, number: int) -> str:
        return self.lines[number - 1].decode()

    def place(self, node: ast.AST) -> Place:
        line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        return Place(line, len(self.lines[line - 1][:offset].decode()) + 1)

    def fault_at(self, node: ast.AST, message: str, hint: str) -> SourceError:
        return SourceError(message, hint, self.place(node))


def read_text(text: str) -> SourceText:
    """A source with Python's reading of it; raises SourceError for what cannot be read."""
    if len(text) > MAX_LENGTH:
        raise SourceError(
            f"the source has {len(text):,} characters", f"at most {MAX_LENGTH:,} are read: split it", Place(1)
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    require_readable(lines)
    return SourceText(tuple(line.encode() for line in lines), tuple(_tree(text, lines).body))


def require_readable(lines: list[str]) -> None:
    """Raises SourceError for a line that is too long, or has characters that mislead."""
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise SourceError(
                f"the line has {len(line):,} characters",
                f"at most {MAX_LINE:,} are read: break it up",
                Place(number),
            )
        if found := unreadable(line):
            raise SourceError(
                f"the source has the control character U+{ord(found[0]):04X}",
                "remove it",
                Place(number, found.start() + 1),
            )
        if found := reordering(line):
            raise SourceError(
                f"the source has the direction mark U+{ord(found[0]):04X}, which reorders what is read",
                IN_PAIRS,
                Place(number, found.start() + 1),
            )


def too_many_digits(written: str, place: Place) -> SourceError:
    return SourceError(f"{written} has too many digits", f"at most {MAX_DIGITS} are kept exact", place)


def _tree(text: str, lines: list[str]) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # all that Python warns of here is refused later
        try:
            return ast.parse(text)
        except SyntaxError as error:
            raise _unreadable(error, lines) from None
        except (RecursionError, MemoryError):
            place = Place(next((number for number, line in enumerate(lines, 1) if _is_too_deep(line)), 1))
            raise SourceError("an expression nests too deeply", SPLIT_IT, place) from None


def _unreadable(error: SyntaxError, lines: list[str]) -> SourceError:
    line, offset = error.lineno or 1, error.offset or 1
    written = "".join(lines[line - 1 : line]).strip()
    fault = _ADVICE.split(error.msg)[0]
    shown, place = excerpt(written) if written else "the source", Place(line, error.offset or None)
    if "digits" in fault:  # Python reads no integer of thousands of them
        return too_many_digits(shown, place)
    return SourceError(
        f"{shown} is not readable: {fault}", of_line(error.text or "", offset - 1, fault), place
    )


def _is_too_deep(line: str) -> bool:
    try:
        ast.parse(line)
    except SyntaxError:
        pass
    except (RecursionError, MemoryError):
        return True
    return False
