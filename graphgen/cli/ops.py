"""The command `ops`: the op table for a reader."""

from __future__ import annotations

import click

from graphgen.cli.streams import put_out


@click.command(epilog="Example: graphgen ops")
def ops() -> None:
    """The operations: name, symbol, value and local derivatives as SymPy derives them."""
    from graphgen.algebra import expression, local_derivatives, matrix_rules, symbol_text
    from graphgen.notation import in_columns, plain
    from graphgen.ops import ELEMENTWISE, OPS

    on_entries = [("name", "symbol", "value", "local derivatives")]
    for op in ELEMENTWISE.values():
        derivatives = (
            f"∂/∂{letter} = {plain(symbol_text(derivative))}"
            for letter, derivative in zip("xy", local_derivatives(op), strict=False)
        )
        on_entries.append((op.name, op.symbol, plain(symbol_text(expression(op))), ",  ".join(derivatives)))
    on_arrays = [("name", "symbol", "value", "what goes back, from the upstream gradient G")]
    for op in OPS.values():
        if not op.is_elementwise:
            rules = [plain(symbol_text(rule)) for rule in matrix_rules(op)] or op.vjps
            sent = (f"∂L/∂{letter} = {rule}" for letter, rule in zip("XYZ", rules, strict=False))
            on_arrays.append((op.name, op.symbol, op.source(*"XYZ"[: op.arity]), ",  ".join(sent)))
    put_out(f"{in_columns(on_entries)}\n\n{in_columns(on_arrays)}")
