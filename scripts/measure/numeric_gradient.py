"""Numeric differentiation: gradients from nothing but values of the function."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from graphgen.autodiff import Plan

Array = NDArray[np.float64]

CENTRAL_STEP = float(np.cbrt(np.finfo(float).eps))
"""Near the step at which a central difference errs least: the cube root of the floats' precision."""
FORWARD_STEP = float(np.sqrt(np.finfo(float).eps))
"""The same for a forward difference: the square root."""


def central_differences(plan: Plan, at: Mapping[str, Array], step: float = CENTRAL_STEP) -> dict[str, Array]:
    """How far the output moves from a step below each entry to a step above it, by the two steps.

    Inputs of the plan that are not in `at` keep their own numbers, and those in it must be their numbers.
    """
    return _differences(plan, at, step, -step)


def forward_differences(plan: Plan, at: Mapping[str, Array], step: float = FORWARD_STEP) -> dict[str, Array]:
    """How far the output moves from where it is to a step above each entry, by the step."""
    return _differences(plan, at, step, 0.0)


def _differences(plan: Plan, at: Mapping[str, Array], up: float, down: float) -> dict[str, Array]:
    output = plan.graph.output
    here = plan().values[output]
    found = {}
    for name, array in at.items():
        moved = array.copy()
        slopes = np.empty(array.shape)
        for place in np.ndindex(array.shape):
            moved[place] = array[place] + up
            above = plan(**{name: moved}).values[output]
            below = here
            if down:
                moved[place] = array[place] + down
                below = plan(**{name: moved}).values[output]
            moved[place] = array[place]
            slopes[place] = (above - below) / (up - down)
        found[name] = slopes
    return found
