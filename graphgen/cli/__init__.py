"""The command line: eval, render, verify, play, capture, ops, new, assets.

Exit codes: 0 fine, 1 a verification failed, 2 bad input.
"""

from graphgen.cli.command import main
from graphgen.cli.streams import BAD_INPUT, FAILED

__all__ = ["BAD_INPUT", "FAILED", "main"]
