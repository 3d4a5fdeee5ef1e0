"""The second drawing of a picture that is too wide for a phone, which shows it in the place of the first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from graphgen.diagram import SHRINKING, SMALL_SIZE, Scene
from graphgen.drawing import SVG, Picture, draw, lay_out_narrow, page_of
from graphgen.options import ENGINES

COLUMN = 343
"""The column in pixels that a phone of 375 leaves to a page, between margins of 16."""
LEAST = 11
"""Letters of fewer pixels are hard to read on it."""
_WIDEST = int(COLUMN / SHRINKING)
_WIDEST_WITH_SMALL = int(COLUMN * SMALL_SIZE / LEAST)
"""So wide may a picture be whose small letters are read there."""


def drawn_for_phone(
    shown: Picture, drawn: SVG, engine: str = ENGINES[0], buttons: Collection[str] = ()
) -> SVG | None:
    """The same parts in rows or downward, where that is asked for, with larger small letters where the phone
    has to shrink it; None where the picture fits a phone as it is drawn, or no narrower drawing is found
    that has the parts which are `buttons`, as titles of frames.

    A strip has none: its frames are drawn as its author has them.
    """
    has_small = _has_small_letters(shown.scene)
    fits = _WIDEST_WITH_SMALL if has_small else _WIDEST
    if shown.options.phone == "no" or shown.options.strip or drawn.width <= fits:
        return None
    large = replace(shown.scene, small=LEAST / SHRINKING) if has_small else shown.scene
    layout = lay_out_narrow(large, _WIDEST, engine)
    if has_small and page_of(layout).width <= fits:  # where there is room for more than they are
        scene = replace(layout.sized.scene, small=SMALL_SIZE)
        layout = replace(layout, sized=replace(layout.sized, scene=scene))
    narrow = draw(layout, engine)
    has_all = {part.id for part in narrow.parts}.issuperset(buttons)
    return narrow if narrow.width < max(drawn.width, _WIDEST + 1) and has_all else None


def _has_small_letters(scene: Scene) -> bool:
    """Whether something is written at an arrow beside its numbers, or at a frame."""
    return bool(scene.frames) or any(arrow.name or arrow.local for arrow in scene.arrows)
