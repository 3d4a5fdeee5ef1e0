"""A scene for a narrow column: the same parts, with their texts on more lines."""

from __future__ import annotations

from dataclasses import replace

from graphgen.diagram.parts import SIZE, ArrowPair, Scene, Shape
from graphgen.notation import halved, width, wrapped

_LONGEST_WORDS, _LONGEST_ARRAY = 80.0, 64.0
"""Points of a line of words, where it can be broken, and of an array on one line."""


def tightened(scene: Scene) -> Scene:
    """The same scene with arrays, words and the names of operations and modules on two lines, where they are
    long."""
    shapes = {shape.id: _tight_shape(shape) for shape in scene.shapes}
    arrows = [
        replace(_tight(arrow, scene.small), tail=shapes[arrow.tail.id], head=shapes[arrow.head.id])
        for arrow in scene.arrows
    ]
    return replace(scene, shapes=tuple(shapes.values()), arrows=tuple(arrows))


def _tight_shape(shape: Shape) -> Shape:
    if shape.kind == "group":
        return replace(shape, text=shape.text.replace(" · ", "\n"))
    if shape.kind == "op":
        first, *rest = words = shape.text.split(" ")
        # A sign and its number, as in "÷ 1.4", stand together.
        is_long_name = bool(rest) and all(word.isalpha() for word in words) and not shape.curve
        return replace(shape, text=first + "\n" + " ".join(rest)) if is_long_name else shape
    is_array = shape.text[:1] in ("[", "⎡")
    return replace(shape, text=_number(shape.text) if is_array else _wrapped(shape.text, SIZE))


def _tight(arrow: ArrowPair, small: float) -> ArrowPair:
    return replace(
        arrow,
        forward=_number(arrow.forward),
        backward=_number(arrow.backward),
        name=_wrapped(arrow.name, small),
    )


def _number(text: str) -> str:
    return (halved(text) if width(text, SIZE) > _LONGEST_ARRAY else "") or text


def _wrapped(text: str, size: float) -> str:
    return wrapped(text.replace("\n", " "), size, _LONGEST_WORDS)
