"""A strip: the steps of a picture as frames of one figure, each with its sentence below it."""

from __future__ import annotations

import html
from collections.abc import Iterator

from graphgen.diagram import strip_steps, title
from graphgen.drawing import SVG, Picture
from graphgen.errors import RenderError
from graphgen.notation import readable
from graphgen.page.element import scroll_box, stages, svg_element, targets
from graphgen.page.links import Piece

MOST_FRAMES = 24


def strip(drawn: SVG, shown: Picture, id: str, text: str, is_xml: bool = False) -> Iterator[Piece]:
    """An ordered list of the frames in pieces. The last, in which all is seen, has the links and the
    description; the others say no more than their sentences.

    Raises RenderError where there are too many.
    """
    found = strip_steps(shown.graph, shown.asked, shown.scene, shown.options)
    if len(found) > MOST_FRAMES:
        raise RenderError(
            f"the strip would have {len(found)} frames",
            f"at most {MOST_FRAMES} are drawn: leave out strip, or collapse parts of the picture",
        )
    name = html.escape(readable(title(shown.graph, shown.asked, shown.options)), quote=True)
    yield '<ol class="graphgen-strip" role="list">'
    for number, stage in enumerate(stages(found), 1):
        is_last = number == len(found)
        frame = f"{id}-frame{number}"
        led_to = targets(shown) if is_last else ()
        said = stage._replace(text=text if is_last else stage.text)
        picture = svg_element(shown, drawn, frame, led_to, said, is_xml=is_xml, is_hidden=not is_last)
        yield '<li class="graphgen-frame">'
        yield from scroll_box(picture, drawn, f"{name}, {number}/{len(found)}")
        yield f"<p>{html.escape(readable(stage.text))}</p></li>"
    yield "</ol>"
