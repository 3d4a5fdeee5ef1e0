"""The engines held against each other in ball arithmetic: no number is shown that is not certain."""

from graphgen.verification.report import Report
from graphgen.verification.verifier import verify, verify_forward

__all__ = ["Report", "verify", "verify_forward"]
