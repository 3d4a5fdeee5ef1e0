"""The forms that a notebook or a terminal shows by itself: a picture, and its numbers as a table.

Of a captured model, the modules are closed as deep down as it takes for the picture to be readable, and
its parameters are a table below it. A graph that is too large for a glance, or has nothing to show, says so
instead.

In a notebook's HTML a picture is an image with its text alternative, and a script that puts the live figure
of a page in its place. Each output has all that it needs, for a cell may be run anew, or alone; where scripts
and styles are taken out, as from a notebook that is not trusted, the image stays.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html import escape

from graphgen.diagram import PHRASES, columns, description, rows, title
from graphgen.drawing import Picture, picture
from graphgen.errors import GraphgenError, contained
from graphgen.graph import ComputationalGraph
from graphgen.integrations.parameters import as_html, as_text
from graphgen.notation import in_columns, plain, readable
from graphgen.page import figure, more_script, script, standalone, style

MAX_NODES = 2_000
"""The nodes of the largest graph that is verified and drawn only because somebody looks at it."""
READABLE = 30
"""Shapes of a picture of a model that is shown with all its modules open."""
MAX_ROWS = 60
"""The rows of a table; of a longer one the first and the last are shown."""

_COMES_ALIVE = """{
if (document.readyState !== "loading") document.body.dataset.graphgenAddress = "page";
const place = document.querySelector('[data-graphgen-output="%(id)s"]');
let id = "%(id)s";
for (let other = 2; document.getElementById(id); other++) id = `%(id)s-${other}`;
if (place) place.innerHTML = %(figure)s.replaceAll("%(id)s", id);
place?.removeAttribute("data-graphgen-output");
}
"""
"""Puts a figure in the place of its image, under an id of its own: a notebook may show a picture twice.

It does not ask where it stands, for some notebooks run the scripts of an output elsewhere. What adds an
output to a page that is there has its own use for the address, and a cell that is run again shows its own
numbers.
"""


def glance(graph: ComputationalGraph) -> Picture | str:
    """The picture of a graph as it is; where there is none, a text that says why."""
    if len(graph) > MAX_NODES:
        return f"{graph!r}\nMore than {MAX_NODES:,} nodes are shown only when asked: graphgen.picture(…)"
    try:
        with contained():
            return _readable(picture(graph))
    except GraphgenError as error:
        return f"{graph!r}\n{error}"


def _readable(shown: Picture) -> Picture:
    """A picture of a model, with its modules closed as deep down as leaves few enough shapes."""
    deepest = max((path.count(".") + 1 for path in shown.graph.modules), default=0)
    for depth in range(deepest, 0, -1):
        if len(shown.scene.shapes) <= READABLE:
            break
        shown = replace(shown, options=replace(shown.options, modules=str(depth)))
    return shown


def bundle(shown: Picture | str) -> dict[str, str]:
    """A picture, or the text in the place of one, in the forms that a notebook chooses from."""
    if isinstance(shown, str):
        return {"text/plain": shown}
    try:
        with contained():
            svg = standalone(shown)
            return {
                "text/html": alive(shown, svg) + as_html(shown),
                "image/svg+xml": svg,
                "text/plain": table(shown),
            }
    except GraphgenError as error:
        return {"text/plain": f"{table(shown)}\n{error}"}


def alive(shown: Picture, svg: str) -> str:
    """A picture, of which `svg` is the file, as HTML that comes alive by itself."""
    id = f"g{sha256(svg.encode()).hexdigest()[:8]}"
    drawn = shown.graph, shown.asked, shown.options
    said = escape(readable(f"{title(*drawn)}. {description(*drawn)}"))
    image = f'<img alt="{said}" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}">'
    # Nothing in a script may end it, as the tags of a figure could.
    written = json.dumps(figure(shown, id), ensure_ascii=False).replace("<", "\\u003c")
    # JupyterLab leaves the keys in such an element alone: arrows go from part to part, not from cell to cell.
    comes_alive = _COMES_ALIVE % {"id": id, "figure": written}
    return (
        f'<div data-graphgen-output="{id}" data-lm-suppress-shortcuts="true">{image}</div>'
        f"<style>{style()}</style><script>{comes_alive}{script()}{more_script()}</script>"
    )


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
    written = in_columns([columns(shown.graph, shown.asked, shown.options), *listed])
    level = phrases.levels.get(shown.level)
    below = as_text(shown)
    return "\n".join(filter(None, (written, level, below and f"\n{below}")))
