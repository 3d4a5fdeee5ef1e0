"""What a notebook or a terminal shows by itself: a picture, and its numbers as a table.

A graph that is too large for a glance, or has nothing to show, says so instead.
"""

from __future__ import annotations

from graphgen.diagram import PHRASES, rows
from graphgen.drawing import Picture, picture
from graphgen.errors import GraphgenError, contained
from graphgen.graph import ComputationalGraph
from graphgen.notation import in_columns, plain
from graphgen.page import standalone

MAX_NODES = 2_000
"""Of a graph that is verified and drawn only because somebody looks at it."""
MAX_ROWS = 60
"""Of a table; of a longer one the first and the last are shown."""


def glance(graph: ComputationalGraph) -> Picture | str:
    """The picture of a graph as it is; where there is none, a text that says why."""
    if len(graph) > MAX_NODES:
        return f"{graph!r}\nMore than {MAX_NODES:,} nodes are shown only when asked: graphgen.picture(…)"
    try:
        with contained():
            return picture(graph)
    except GraphgenError as error:
        return f"{graph!r}\n{error}"


def bundle(shown: Picture | str) -> dict[str, str]:
    """A picture, or the text in the place of one, in the forms that a notebook chooses from."""
    if isinstance(shown, str):
        return {"text/plain": shown}
    try:
        with contained():
            return {"image/svg+xml": standalone(shown), "text/plain": table(shown)}
    except GraphgenError as error:
        return {"text/plain": f"{table(shown)}\n{error}"}


def table(shown: Picture) -> str:
    """The numbers of a picture, or its symbols, in columns; those that a quiz asks for are hidden.

    Below it stands how sure the numbers are, unless all are proved.

    >>> from graphgen.language import parse
    >>> print(table(picture(parse("x = 3  # side\\ny = x * x"))))
    Node      Operation  Value  Local derivatives  Gradient
    side (x)             3                         6
    y         x × x      9      ∂y/∂x = 3 + 3      1
    """
    phrases = PHRASES[shown.options.language]
    listed = [tuple(map(plain, row)) for row in rows(shown.graph, shown.asked, shown.options)]
    left_out = max(len(listed) - MAX_ROWS, 0)
    if left_out:
        half = MAX_ROWS // 2
        listed[half:-half] = [(f"… {left_out:,} …", "", "", "", "")]
    columns = in_columns([phrases.columns, *listed])
    level = phrases.levels.get(shown.level)
    return f"{columns}\n{level}" if level else columns
