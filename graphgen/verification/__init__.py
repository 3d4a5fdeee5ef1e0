"""The engines held against each other and against differences: no number is shown before it passed."""

from graphgen.verification.verifier import (
    Check,
    Report,
    demand_alike,
    verify,
    verify_forward,
    verify_op,
    verify_symbolic,
)

__all__ = [
    "Check",
    "Report",
    "demand_alike",
    "verify",
    "verify_forward",
    "verify_op",
    "verify_symbolic",
]
