"""The numeric engine: values forward and gradients backward in floats, by each op's hand-written rules."""

from graphgen.autodiff.along import difference, is_near, one_sided
from graphgen.autodiff.engine import backward, forward
from graphgen.autodiff.plan import Plan, compiled

__all__ = [
    "Plan",
    "backward",
    "compiled",
    "difference",
    "forward",
    "is_near",
    "one_sided",
]
