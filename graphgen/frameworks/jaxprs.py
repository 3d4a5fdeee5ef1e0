"""`from_jax`: a function of JAX as a graph, by walking the program that JAX itself makes of it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from graphgen.errors import OptionError, SourceError, on_one_line
from graphgen.frameworks.freezing import frozen, own_pass
from graphgen.frameworks.jax_values import Known, Unfinished
from graphgen.frameworks.jax_walker import Walker
from graphgen.frameworks.jax_widening import evaluated, is_narrow_in
from graphgen.frameworks.tape import NodeNumber, Tape
from graphgen.graph import ComputationalGraph, disagreements

TESTED = ("0.10", "0.10")
"""The versions of JAX between which this was tested."""
_MOST_FORWARDS = 1_000
"""Entries of all inputs, for which gradients are found one by one."""


def from_jax(function: Callable[..., Any], *inputs: Any) -> ComputationalGraph:
    """The graph of what a function of JAX computes of these inputs, which may be dicts and lists of arrays.

    Functions that it calls, and the names of `jax.named_scope`, are its modules; a scan is unrolled, and of a
    condition the branch is taken that these inputs take. `graph.reference` has JAX's own values, and its
    gradients of the inputs, against which ours are held here, all of them. An operation that graphgen has no
    rules for is drawn dotted: its numbers are JAX's.

    Raises SourceError for what cannot be followed, and VerificationError where a value or a gradient of JAX
    is not what graphgen finds.
    """
    jax = _jax()
    with jax.enable_x64(True):
        return _captured(jax, function, inputs)


def _captured(jax: Any, function: Callable[..., Any], inputs: tuple[Any, ...]) -> ComputationalGraph:
    import numpy as np

    given, inputs = inputs, jax.tree_util.tree_map(_in_doubles, inputs)
    try:
        closed = _program(jax, function, inputs, given)
    except Exception as error:
        message = on_one_line(error)
        raise SourceError(f"JAX cannot trace the function, by {type(error).__name__}: {message}") from error
    if len(closed.out_avals) != 1:
        raise SourceError(f"the function gives {len(closed.out_avals)} arrays", "give one, such as the loss")
    leaves, _ = jax.tree_util.tree_flatten_with_path(inputs)
    walker = Walker(jax, Tape())
    arguments: list[Any] = []
    nodes: dict[int, NodeNumber] = {}
    for place, (path, leaf) in enumerate(leaves):
        origin = _origin(function, path)
        if np.issubdtype(np.asarray(leaf).dtype, np.floating):
            nodes[place] = walker.tape.input(origin, np.asarray(leaf), origin=origin)
            arguments.append(walker.known(nodes[place], leaf))
        else:
            arguments.append(np.asarray(leaf))
    (result,) = walker.walk(closed.jaxpr, closed.consts, arguments)
    if isinstance(result, Unfinished):
        raise SourceError(
            f"{result.title} gives numbers that are complex or not finite, and they stay so",
            "make finite numbers of them",
            walker.tape.place,
        )
    if not isinstance(result, Known):
        raise SourceError("the function's result does not depend on its inputs", "give floats as inputs")
    if walker.tape.is_operation(result.node):
        walker.tape.name(result.node, "output" if np.ndim(result.value) else "loss")
    asked = _in_wide_floats(jax, closed) if is_narrow_in(closed.jaxpr) else function
    gradients = _gradients(jax, asked, inputs, nodes) if not np.ndim(result.value) else {}
    graph, id_of = walker.tape.finished(result.node, f"jax {jax.__version__}", walker.values, gradients)
    run = own_pass(graph)
    for found in disagreements(graph, run):
        raise found.error()
    return frozen(graph, run, {id_of[node]: r for node, r in walker.replays if node in id_of})


def _jax() -> Any:
    try:
        import jax
    except ImportError:
        raise OptionError("JAX is not installed", "pip install jax") from None
    numbers, low, high = (
        tuple(int(part) for part in version.split(".")[:2]) for version in (jax.__version__, *TESTED)
    )
    if not low <= numbers <= high:
        warnings.warn(
            f"graphgen was tested with JAX {TESTED[0]} to {TESTED[1]}, and this is {jax.__version__}",
            stacklevel=3,
        )
    return jax


def _in_doubles(leaf: Any) -> Any:
    import numpy as np

    array = np.asarray(leaf)
    return array.astype(np.float64) if np.issubdtype(array.dtype, np.floating) else array


def _program(jax: Any, function: Callable[..., Any], inputs: tuple[Any, ...], given: tuple[Any, ...]) -> Any:
    """What JAX makes of a function in 64-bit floats; or else of the inputs as they are given, where a loop
    begins in 32-bit floats and would go on in 64. The program runs in 64-bit floats all the same."""
    try:
        return jax.make_jaxpr(function)(*inputs)
    except TypeError:
        with suppress(TypeError):
            return jax.make_jaxpr(function)(*given)
        raise


def _origin(function: Callable[..., Any], path: Sequence[Any]) -> str:
    """An input as its author calls it: params['w'] is params.w."""
    import inspect

    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    place = path[0].idx
    parts = [names[place] if place < len(names) else f"x{place + 1}"]
    parts += [re.sub(r"\W+", "", str(key)) for key in path[1:]]
    return ".".join(parts)


def _gradients(
    jax: Any, function: Callable[..., Any], inputs: tuple[Any, ...], nodes: dict[int, NodeNumber]
) -> dict[NodeNumber, Any]:
    import numpy as np

    leaves, tree = jax.tree_util.tree_flatten(inputs)

    def of_floats(floats: list[Any]) -> Any:
        given = list(leaves)
        for place, value in zip(nodes, floats, strict=True):
            given[place] = value
        return function(*jax.tree_util.tree_unflatten(tree, given))

    given = [leaves[place] for place in nodes]
    try:
        found = jax.grad(of_floats)(given)
    except Exception as error:
        try:
            found = _forwards(jax, of_floats, given)
        except Exception:
            message = on_one_line(error)
            raise SourceError(f"JAX has no gradient of it, by {type(error).__name__}: {message}") from error
    return {node: np.asarray(gradient) for node, gradient in zip(nodes.values(), found, strict=True)}


def _in_wide_floats(jax: Any, closed: Any) -> Callable[..., Any]:
    """The function that a program computes, in 64-bit floats throughout."""

    def function(*inputs: Any) -> Any:
        (result,) = evaluated(jax, closed.jaxpr, closed.consts, jax.tree_util.tree_leaves(inputs))
        return result

    return function


def _forwards(jax: Any, function: Callable[..., Any], given: list[Any]) -> list[Any]:
    """Gradients entry by entry, which JAX has where it cannot go back, as in a loop of unknown length."""
    import numpy as np

    if sum(map(np.size, given)) > _MOST_FORWARDS:
        raise ValueError("too many entries")
    return list(jax.jacfwd(function)(given))
