"""`python -m graphgen` is the same as `graphgen`."""

from graphgen.cli import main

main(prog_name="graphgen")
