"""The engines held against each other in ball arithmetic: no number is shown that is not certain."""

from graphgen.verification.derived import derived_rules
from graphgen.verification.forms import require_alike, verify_symbolic
from graphgen.verification.forward_mode import tangents, verify_tangents
from graphgen.verification.report import Mismatch, Report
from graphgen.verification.verifier import exact_pass, verify, verify_forward

__all__ = [
    "Mismatch",
    "Report",
    "derived_rules",
    "exact_pass",
    "require_alike",
    "tangents",
    "verify",
    "verify_forward",
    "verify_symbolic",
    "verify_tangents",
]
