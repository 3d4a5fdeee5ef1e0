"""Where the fence stands that Markdown has read: the two readings of a page, joined for line numbers.

Markdown hands a fence's text and options to its formatter, but not the line; so the page's text is searched
for fences besides. One of each that have the same text and options is the same fence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphgen.errors import GraphgenError, OptionError
from graphgen.integrations.fences import Fence, placed_error


@dataclass
class Lines:
    """The fences of a page's text, and which of them Markdown has read.

    `unplaced` counts the fences that Markdown read and the text has not: they came from elsewhere.
    """

    fences: list[Fence]
    seen: set[int] = field(default_factory=set)
    unplaced: int = 0

    def locate(self, source: str, options: Mapping[str, str]) -> Fence | None:
        """The first such fence that was not met yet."""
        for fence in self.fences:
            if fence.line not in self.seen and _is_that(fence, source, options):
                self.seen.add(fence.line)
                return fence
        self.unplaced += 1
        return None

    def missed(self, file: str) -> Iterator[GraphgenError]:
        """An error for each fence that Markdown passed over."""
        passed_over = [fence for fence in self.fences if fence.line not in self.seen]
        for fence in passed_over:
            try:
                fence.options()
            except OptionError as error:
                yield placed_error(error, file, fence)
                continue
            # Where a fence's text comes from another file, what was drawn is not what stands in the page.
            if len(passed_over) > self.unplaced:
                fault = OptionError("the fence was not read", "check its header and its indent")
                yield placed_error(fault, file, fence)


def _is_that(fence: Fence, source: str, options: Mapping[str, str]) -> bool:
    """Whether a fence has this source, as Markdown hands it on, and these options."""
    if _spaced(source) != _spaced(fence.source):
        return False
    try:
        return fence.options() == options
    except OptionError:
        return False


def _spaced(source: str) -> str:
    """A source with its white space evened out, as Markdown changes it."""
    return "\n".join(" ".join(line.split()) for line in source.strip().split("\n"))
