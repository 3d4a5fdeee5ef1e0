"""Random programs in the making, and the numbers in them on which floats go wrong."""

from __future__ import annotations

from random import Random
from typing import Any

from extreme_floats import rough

EXTREMES = (
    *("1e300", "-1e300", "1e-300", "1e154", "3e-200", "1e-40", "-1e-60", "1e16", "10000000000000001"),
    *("9007199254740993", "4503599627370497.5", "123456789.123", "-1e9", "2 ** -30"),
    *("709.78", "709.79", "-745.2", "-800", "36.8", "-37", "40", "22", "11 / 7"),
)
PLAIN = (
    *("0", "1", "-1", "2", "3", "-2", "0.5", "-0.5"),
    *("1/4", "0.1", "0.2", "0.3", "1.1", "-0.7", "1/3", "0.25"),
)
SMOOTH = ("exp", "sin", "cos", "tan", "atan", "tanh", "sigmoid", "softplus", "square")
SHAPES = ((2,), (3,), (2, 2), (2, 3), (3, 2), (1, 3), (2, 1))

Shape = tuple[int, ...]


class Program:
    """Lines in the making, and about what their names come to, so that most of them have a value."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.about: dict[str, Any] = {}

    def add(self, expression: str) -> str:
        """A new name for an expression, whether it has a value or not."""
        name = f"a{len(self.lines)}"
        self.lines.append(f"{name} = {expression}")
        self.about[name] = rough(expression, self.about)
        return name

    def number(self) -> str:
        kind = self.random.random()
        if kind < 0.3:
            return self.random.choice(EXTREMES)
        return self.random.choice(PLAIN) if kind < 0.7 else f"{self.random.uniform(-4, 4):.3g}"

    def array(self, shape: Shape) -> str:
        if not shape:
            return self.number()
        return f"[{', '.join(self.array(shape[1:]) for _ in range(shape[0]))}]"

    def name(self) -> str:
        """A name, rather one of the last; of what has no value about nobody knows the shape."""
        names = [name for name, about in self.about.items() if about is not None]
        return names[-1 - min(int(self.random.expovariate(0.4)), len(names) - 1)]

    def operand(self) -> str:
        return self.name() if self.random.random() < 0.8 else f"({self.number()})"

    def source(self) -> str:
        return "\n".join(self.lines) + "\n"
