"""The names of a source, as their author spelled them: in any script, and no two that look the same."""

from __future__ import annotations

import ast
import keyword
import unicodedata

from graphgen.errors import SourceError, excerpt
from graphgen.language.source import SourceText
from graphgen.notation import name_text, plain, skeleton, unseen
from graphgen.ops import FUNCTIONS

MAX_NAME = 100
"""Characters in one name."""


class Names:
    """Reads the names of one source, and remembers how each was spelled first."""

    def __init__(self, text: SourceText) -> None:
        self._text = text
        self._spellings: dict[str, str] = {}
        self._read: set[str] = set()

    def read(self, node: ast.Name) -> str:
        """A name as it is written; raises SourceError for one that is private, too long or misleading."""
        name = self.spelled(node)
        if name in self._read:
            return name
        if node.id.startswith("__"):
            raise self._text.fault_at(
                node, f"{excerpt(name)} begins with two underscores", "choose another name"
            )
        if len(name) > MAX_NAME:
            raise self._text.fault_at(
                node,
                f"the name {excerpt(name)} has {len(name):,} characters",
                f"at most {MAX_NAME} are read: shorten it",
            )
        if found := unseen(name):
            raise self._text.fault_at(
                node,
                f"the name {excerpt(name)} has the unseen character U+{ord(found[0]):04X}",
                "remove it",
            )
        first = self._spellings.setdefault(skeleton(plain(name_text(name))), name)
        if first != name:
            fault, hint = "look the same", "spell it one way"
            if unicodedata.normalize("NFKC", first) == node.id:
                fault = "are the same name to Python"
            elif skeleton(first) != skeleton(name):
                fault, hint = "are drawn alike", "rename one of them"
            raise self._text.fault_at(node, f"{excerpt(name)} and {excerpt(first)} {fault}", hint)
        self._read.add(name)
        return name

    def spelled(self, node: ast.Name) -> str:
        # ast folds names to NFKC, which would turn one letter into another; NFC only composes them.
        return unicodedata.normalize("NFC", self._text.of(node))


def is_name(name: str) -> bool:
    """Whether the language could write a name of a value so."""
    reserved = keyword.iskeyword(name) or name in FUNCTIONS or name.startswith("__")
    return name.isidentifier() and not reserved


def require_name(name: str) -> str:
    """A name as the language writes it; raises SourceError where it could not."""
    if not is_name(name):
        raise SourceError(
            f"{excerpt(name)} cannot name a value", "use letters, digits and _, and no function's name"
        )
    return unicodedata.normalize("NFC", name)
