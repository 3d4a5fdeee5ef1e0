"""Programs of JAX that ask for narrow floats, as its own attention does: they run in 64-bit floats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

ENTERED = frozenset(
    ("jit", "pjit", "closed_call", "core_call", "custom_jvp_call", "custom_vjp_call", "remat2")
)
"""Calls of functions, which are entered."""
_TYPES = ("new_dtype", "preferred_element_type", "dtype")
"""The parameters by which an operation asks for a type of its result."""


def widened(equation: Any) -> Any:
    """An operation whose result has 64-bit floats where it asked for narrower ones; bits that are only read
    as floats stay as many as they are."""
    if equation.primitive.name == "bitcast_convert_type":
        return equation
    import numpy as np

    wider = {key: np.dtype(float) for key in _TYPES if _is_narrow(equation.params.get(key))}
    return equation.replace(params={**equation.params, **wider}) if wider else equation


def wide(numbers: Any) -> Any:
    """The same numbers in 64-bit floats, where they are narrower floats."""
    return numbers.astype(float) if _is_narrow(getattr(numbers, "dtype", None)) else numbers


def called_in(equation: Any) -> tuple[Any, Sequence[Any]]:
    """The program that a call enters, and its constants."""
    program = equation.params.get("jaxpr") or equation.params.get("call_jaxpr")
    return getattr(program, "jaxpr", program), getattr(program, "consts", ())


def is_narrow_in(program: Any) -> bool:
    """Whether a value in a program has floats of fewer than 64 bits."""
    return any(_is_narrow(getattr(variable.aval, "dtype", None)) for variable in _results_in(program))


def _results_in(program: Any) -> Iterator[Any]:
    for equation in program.eqns:
        yield from equation.outvars
        if equation.primitive.name in ENTERED:
            yield from _results_in(called_in(equation)[0])
        for body in _bodies(equation.params) if equation.primitive.name in _CONTROLS else ():
            yield from _results_in(body.jaxpr)


def _bodies(parameters: Any) -> Iterator[Any]:
    """The programs that a loop or a condition runs."""
    yield from parameters.get("branches", ())
    yield from (parameters[key] for key in ("jaxpr", "cond_jaxpr", "body_jaxpr") if key in parameters)


def evaluated(jax: Any, program: Any, constants: Sequence[Any], arguments: Sequence[Any]) -> list[Any]:
    """What a program gives in 64-bit floats, by JAX itself, which can differentiate it.

    A function with a backward of its own keeps that, unless it has narrow floats within.
    """
    env = dict(zip(program.constvars, map(wide, constants), strict=True))
    env.update(zip(program.invars, arguments, strict=True))

    def read(variable: Any) -> Any:
        return wide(jax.numpy.asarray(variable.val)) if hasattr(variable, "val") else env[variable]

    for equation in map(widened, program.eqns):
        given = list(map(read, equation.invars))
        primitive = equation.primitive
        if primitive.name in ENTERED and (
            not primitive.name.startswith("custom") or is_narrow_in(called_in(equation)[0])
        ):
            found = evaluated(jax, *called_in(equation), given)
        elif primitive.name in _CONTROLS:
            found = _CONTROLS[primitive.name](jax, equation.params, given)
        else:
            found = primitive.bind(*given, **primitive.get_bind_params(equation.params))
            found = found if primitive.multiple_results else [found]
        env.update(zip(equation.outvars, map(wide, found), strict=True))
    return list(map(read, program.outvars))


def _run(jax: Any, closed: Any, *arguments: Any) -> list[Any]:
    return evaluated(jax, closed.jaxpr, closed.consts, arguments)


def of_scan(parameters: Any, operands: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """The operands of a scan: what stays, what is carried at first, and what is taken row by row."""
    constants = parameters["num_consts"]
    carried = constants + parameters["num_carry"]
    return operands[:constants], operands[constants:carried], operands[carried:]


def of_while(parameters: Any, operands: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """The operands of a loop: what stays for its condition and for its body, and what is carried."""
    asked = parameters["cond_nconsts"]
    fixed = asked + parameters["body_nconsts"]
    return operands[:asked], operands[asked:fixed], operands[fixed:]


def _scan(jax: Any, parameters: Any, given: list[Any]) -> list[Any]:
    fixed, carry, rows = of_scan(parameters, given)

    def step(carry: list[Any], row: list[Any]) -> tuple[list[Any], list[Any]]:
        found = _run(jax, parameters["jaxpr"], *fixed, *carry, *row)
        return found[: len(carry)], found[len(carry) :]

    settings = {key: parameters[key] for key in ("length", "reverse")}
    carry, stacked = jax.lax.scan(step, carry, rows, **settings)
    return [*carry, *stacked]


def _while(jax: Any, parameters: Any, given: list[Any]) -> list[Any]:
    asked, fixed, carry = of_while(parameters, given)
    found: list[Any] = jax.lax.while_loop(
        lambda carry: _run(jax, parameters["cond_jaxpr"], *asked, *carry)[0],
        lambda carry: _run(jax, parameters["body_jaxpr"], *fixed, *carry),
        carry,
    )
    return found


def _cond(jax: Any, parameters: Any, given: list[Any]) -> list[Any]:
    branches = [partial(_run, jax, branch) for branch in parameters["branches"]]
    found: list[Any] = jax.lax.switch(given[0], branches, *given[1:])
    return found


_CONTROLS = {"scan": _scan, "while": _while, "cond": _cond}
"""Loops and conditions, each with its own programs in 64-bit floats."""


def _is_narrow(dtype: Any) -> bool:
    import numpy as np

    try:
        kind = np.dtype(dtype) if dtype is not None else None
    except TypeError:
        return False
    return kind is not None and kind.itemsize < 8 and (kind.kind == "f" or "float" in kind.name)
