"""Random programs over the whole op table on which floats go wrong: extremes, kinks, ties, cancellations."""

from __future__ import annotations

import re
from random import Random

import numpy as np
from extreme_floats import rough
from extreme_forms import PIECES
from extreme_lines import SHAPES, Program
from extreme_steps import STEPS


def program(seed: int, number: int) -> str:
    """The source of one program, the same for the same seed and number; its last name is a single number."""
    made = Program(Random(f"{seed}/{number}"))
    for _ in range(made.random.randint(1, 2)):
        made.add(made.array(made.random.choice((*SHAPES, *[()] * 6))))
    for _ in range(made.random.randint(1, 3)):
        made.random.choice(PIECES)(made)
        for _ in range(made.random.randint(0, 4)):
            grow(made)
    used = set(re.findall(r"a\d+", " ".join(line.partition(" = ")[2] for line in made.lines)))
    ends = [name for name in made.about if name not in used or made.random.random() < 0.1]
    made.add(" + ".join(name if np.isscalar(made.about[name]) else f"sum({name})" for name in ends))
    return made.source()


def grow(made: Program) -> None:
    """Another step, which has a value by floats except for one time in thirty."""
    for _ in range(20):
        expression = made.random.choice(STEPS)(made)
        about = rough(expression, made.about)
        if about is not None and (np.isfinite(about).all() or made.random.random() < 1 / 30):
            made.add(expression)
            return
