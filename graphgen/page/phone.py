"""The second drawing of a picture that is too wide for a phone, which shows it in the place of the first."""

from __future__ import annotations

from collections.abc import Collection

from graphgen.diagram import SHRINKING
from graphgen.drawing import SVG, Picture, draw, lay_out_narrow
from graphgen.options import ENGINES

COLUMN = 343
"""The column in pixels that a phone of 375 leaves to a page, between margins of 16."""


def drawn_for_phone(
    shown: Picture, drawn: SVG, engine: str = ENGINES[0], buttons: Collection[str] = ()
) -> SVG | None:
    """The same parts in rows or downward, where that is asked for; None where the picture fits a phone as it
    is drawn, or no narrower drawing is found that has the parts which are `buttons`, as titles of frames.

    A strip has none: its frames are drawn as its author has them.
    """
    widest = float(int(COLUMN / SHRINKING))
    if shown.options.phone == "no" or shown.options.strip or drawn.width <= widest:
        return None
    narrow = draw(lay_out_narrow(shown.scene, widest, engine), engine)
    has_all = {part.id for part in narrow.parts}.issuperset(buttons)
    return narrow if narrow.width < drawn.width and has_all else None
