"""A Python function -> the graph of what it does with its inputs, by running it once on traced values."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from graphgen.errors import GraphgenError, SourceError, contained, excerpt
from graphgen.graph import ComputationalGraph, GraphBuilder, WrittenValue, exact_value, with_data
from graphgen.language.applied import apply, compare
from graphgen.language.names import is_name, require_name
from graphgen.language.numpy_calls import call, call_ufunc
from graphgen.language.numpy_functions import item
from graphgen.language.traced import Trace, TracedValue


def trace(
    function: Callable[..., Any], /, *, data: Any = (), **inputs: WrittenValue | None
) -> ComputationalGraph:
    """The graph of what a function does with its inputs, which are its parameters.

    An input that is not given has the parameter's default as its number; without one, or given as None,
    it is symbolic. The output is named after the function; `value.named("subtotal")` names a value on
    the way.

    >>> def total(apple, count, tax):
    ...     return (apple * count).named("subtotal") * tax
    >>> print(trace(total, apple=100, count=2, tax="1.1").source(), end="")
    apple = 100
    count = 2
    tax = 1.1
    subtotal = apple * count
    total = subtotal * tax

    `data` are the inputs that are given and want no gradient, as a list of names or patterns such as
    `labels_*`; for a function with a parameter of that name, it is this input.

    >>> print(trace(lambda x, w: w * x, x=2, w=3, data=["x"]).source(), end="")
    x: data = 2
    w = 3
    v1 = w * x

    A function written with NumPy is traced as it stands: arithmetic, indexing, the methods of arrays, and
    NumPy's functions of them, with `axis` and `keepdims`. `np.where` takes a comparison. Each is said in
    operations of the table, so that `np.cosh(x)` becomes (exp(x) + exp(-x)) / 2.

    >>> import numpy as np
    >>> def layer(x, w):
    ...     return np.mean(np.tanh(x @ w) ** 2, axis=0)
    >>> print(trace(layer, x=[[1, 2]], w=[[3], [4]]).source(), end="")
    x = [[1, 2]]
    w = [[3], [4]]
    v1 = x @ w
    v2 = tanh(v1)
    v3 = v2 ** 2
    layer = mean(v3, axis=0)

    Raises SourceError, which says what to write, where the function does with a value what a graph cannot
    hold: a comparison that decides a branch, a conversion to a plain number, an assignment to an entry,
    a function of NumPy such as median, a result that is not a traced value. What the function itself
    raises passes through.
    """
    is_input = "data" in inspect.signature(function).parameters
    if is_input and data != ():
        inputs["data"] = data
    begun, by_position, by_name = _traced_inputs(function, inputs)
    graph = _traced_graph(function, begun, _run(function, by_position, by_name))
    return graph if is_input else with_data(graph, data)


@contained()
def _traced_inputs(
    function: Callable[..., Any], inputs: Mapping[str, Any]
) -> tuple[Trace, list[TracedValue], dict[str, TracedValue]]:
    """The inputs of a new graph, as the function's parameters take them."""
    parameters = inspect.signature(function).parameters
    unknown = next((name for name in inputs if name not in parameters), None)
    if unknown is not None:
        raise SourceError(
            f"{excerpt(unknown)} is not a parameter of the function",
            f"its parameters are {', '.join(parameters) or 'none'}",
        )
    begun = Trace(GraphBuilder(), apply, compare, item, call, call_ufunc)
    by_position: list[TracedValue] = []
    by_name: dict[str, TracedValue] = {}
    for name, parameter in parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise SourceError(f"the function takes {parameter}", "give every input a parameter of its own")
        default = None if parameter.default is parameter.empty else parameter.default
        given = inputs.get(name, default)
        number = None if given is None else exact_value(given)
        shape = {"shape": ()} if number is None else {}  # what a function is run with is a number
        value = TracedValue(begun, begun.builder.input(require_name(name), number, **shape))
        if parameter.kind is parameter.KEYWORD_ONLY:
            by_name[name] = value
        else:
            by_position.append(value)
    return begun, by_position, by_name


def _run(
    function: Callable[..., Any], by_position: list[TracedValue], by_name: dict[str, TracedValue]
) -> Any:
    try:
        return function(*by_position, **by_name)
    except (TypeError, ValueError) as error:
        # Where NumPy asks a traced value for its number, it hides the answer behind an error of its own.
        cause = error.__cause__ or error.__context__
        raise (cause if isinstance(cause, GraphgenError) else error) from None


@contained()
def _traced_graph(function: Callable[..., Any], begun: Trace, result: Any) -> ComputationalGraph:
    """The graph whose output is what the function returned."""
    if not isinstance(result, TracedValue) or result.trace is not begun:
        raise SourceError(
            f"the function returned {excerpt(repr(result))}", "return a value computed from its inputs"
        )
    builder = begun.builder
    own_name = getattr(function, "__name__", "")
    names = {builder.name_of(node) for node in range(len(builder))}
    if builder.name_of(result.node) is None and is_name(own_name) and own_name not in names:
        result.named(own_name)
    return builder.build(result.node)
