"""`from_torch`: a function or a module of PyTorch as a graph, with PyTorch's own numbers beside ours."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphgen.autodiff import difference, is_near
from graphgen.errors import GraphgenError, OptionError, SourceError, on_one_line
from graphgen.frameworks.freezing import frozen, own_pass
from graphgen.frameworks.tape import NodeNumber, Tape
from graphgen.frameworks.torch_call import Call, modules_followed, names_of
from graphgen.frameworks.torch_follower import Follower, numbers_of
from graphgen.frameworks.torch_held import held_by, in_doubles, modules_in, restored, tensors_of
from graphgen.frameworks.torch_modes import following
from graphgen.frameworks.torch_opaque import Replay, is_repeatable
from graphgen.graph import ComputationalGraph, Disagreement, Pass, array_value, disagreements

TESTED = ("2.13", "2.13")
"""The versions of PyTorch between which this was tested."""
_OTHER_WAY = 1e-3
"""How far a result in 32-bit floats may be from that in 64-bit floats, relative to it."""


def from_torch(
    function: Callable[..., Any], *inputs: Any, double: bool = True, **keywords: Any
) -> ComputationalGraph:
    """The graph of what a function or a module of PyTorch computes of these inputs, run once.

    Each operation is a node, with its value; the parameters, and the inputs that are floats, are inputs of
    the graph. `graph.origins` has what PyTorch calls them, `graph.groups` the module of each node, and
    `graph.reference` PyTorch's own values and gradients, against which ours are held here, all of them.
    Branches are those that were taken, loops are unrolled. An operation that graphgen has no rules for is
    drawn dotted: its numbers are PyTorch's.

    The function runs in 64-bit floats, and casts to narrower ones in it are left out; with `double` off it
    runs in its own, and numbers agree as nearly as these allow. Parameters and buffers are left as they were.

    Raises SourceError for what cannot be followed, with its line, and VerificationError where a value or a
    gradient of PyTorch is not what graphgen finds.
    """
    _require_torch()
    call = Call(function, inputs, keywords, names_of(function, inputs, keywords))
    held = held_by(function)
    call.require_numbers(held)
    single = call.in_singles(held) if double else None
    in_floats = partial(in_doubles if double else restored, held)
    with in_floats():
        run = _followed(call, held, single, double)
        if run.replays:
            _require_repeatable(run)
            return frozen(run.graph, _compared(run), run.replays)
    # PyTorch has let go of its 64-bit floats by now; a second copy of large parameters is not needed.
    _compared(run, in_floats)
    return run.graph


@dataclass(frozen=True)
class _Run:
    """A run that was followed: its graph, and what a difference needs to run it again, which is the call and
    the tensors that have a gradient, by their ids. `replays` are the operations without a row."""

    graph: ComputationalGraph
    call: Call
    leaves: Mapping[str, Any]
    replays: Mapping[str, Replay]


def _followed(call: Call, held: Mapping[str, Any], single: Any, double: bool) -> _Run:
    """Runs a function and writes down what it does; `single` is what it gives in 32-bit floats."""
    import torch

    follower = Follower(Tape(), _names_of_held(held))
    call = call.prepared(follower, double)
    modes = following(follower, str(torch.__path__[0]), from_torch.__code__)
    with torch.enable_grad(), modules_followed(follower.tape, modules_in(held)), modes:
        output = call.run()
    _warn_of_another_way(single, output)
    if follower.bits < 32:
        raise SourceError(
            f"the function computes in {follower.bits}-bit floats",
            "capture it in 64-bit floats, without double=False",
        )
    node = follower.node(output)
    if node not in follower.values and node not in call.leaves:
        raise SourceError("the function's result does not depend on its inputs", "give floats as inputs")
    if follower.tape.is_operation(node):
        follower.tape.name(node, "output" if output.ndim else "loss")
    gradients = _gradients(follower, output)
    framework = f"torch {torch.__version__.partition('+')[0]}"
    graph, id_of = follower.tape.finished(node, framework, follower.values, gradients, follower.bits)
    leaves, replays = follower.leaves() | call.leaves, dict(follower.replays)
    follower.let_go()
    return _Run(
        graph,
        call,
        {id_of[node]: leaf for node, leaf in leaves.items() if node in id_of},
        {id_of[node]: replay for node, replay in replays.items() if node in id_of},
    )


def _compared(run: _Run, in_floats: Callable[[], AbstractContextManager[None]] = nullcontext) -> Pass[Any]:
    """Our own numbers, which agree with PyTorch's; `in_floats` is how the function is run again where not."""
    numbers = own_pass(run.graph)
    for found in disagreements(run.graph, numbers):
        with in_floats():
            raise _fault(found, run, numbers)
    return numbers


def _require_torch() -> None:
    try:
        import torch
    except ImportError:
        raise OptionError("PyTorch is not installed", "pip install torch") from None
    numbers, low, high = (
        tuple(int(part) for part in version.split(".")[:2]) for version in (torch.__version__, *TESTED)
    )
    if not low <= numbers <= high:
        warnings.warn(
            f"graphgen was tested with PyTorch {TESTED[0]} to {TESTED[1]}, and this is {torch.__version__}",
            stacklevel=3,
        )


def _names_of_held(held: Mapping[str, Any]) -> dict[int, tuple[str, str]]:
    """The name in the graph and the origin of each tensor that is held, by identity."""
    names: dict[int, tuple[str, str]] = {}
    for origin, tensor in tensors_of(held):
        names.setdefault(id(tensor), (origin, origin))
    return names


def _warn_of_another_way(single: Any, output: Any) -> None:
    if single is None or single.shape != output.shape or not single.isfinite().all():
        return
    apart = float((single.double() - output.detach().double()).abs().max()) if output.numel() else 0.0
    if apart > _OTHER_WAY * max(1.0, float(output.detach().abs().max())):
        warnings.warn(
            f"in 64-bit floats the function gives another result (by {apart:.2g}): it may take another "
            "branch; double=False captures it as it is",
            stacklevel=4,
        )


def _gradients(follower: Follower, output: Any) -> dict[NodeNumber, Any]:
    """PyTorch's gradients, of each node of which it has one, and 0 of inputs that nothing comes back to."""
    import torch

    if output.ndim or not output.requires_grad:
        return {}
    nodes = list(follower.edges)
    try:
        found = torch.autograd.grad(
            output, [follower.edges[node] for node in nodes], retain_graph=True, allow_unused=True
        )
    except RuntimeError as error:
        told = on_one_line(error)
        raise SourceError(f"PyTorch has no gradient of it: {told}") from error
    gradients = {}
    for node, gradient in zip(nodes, found, strict=True):
        if gradient is not None:
            gradients[node] = numbers_of(gradient)
        elif not follower.tape.is_operation(node):
            gradients[node] = array_value(0) if not follower.tape.shape(node) else _zeros(follower, node)
    return gradients


def _zeros(follower: Follower, node: NodeNumber) -> Any:
    import numpy as np

    return np.zeros(follower.tape.shape(node))


def _require_repeatable(run: _Run) -> None:
    """Raises SourceError for an operation that gives other numbers each time, as one that draws them."""
    for id, replay in run.replays.items():
        node = run.graph[id]
        if node.recorded and not is_repeatable(replay, node.recorded.value):
            raise SourceError(
                f"{node.described} gives other numbers when it is called again",
                "draw what is random before, and give it as an argument",
                node.place,
            )


def _fault(found: Disagreement, run: _Run, numbers: Pass[Any]) -> GraphgenError:
    """Whose number is wrong: a difference of the function itself decides."""
    error = found.error()
    if found.kind == "gradient" and _is_slope(run, numbers.gradients):
        return error
    return SourceError(
        f"graphgen followed the function in another way than PyTorch ran it: {error.message}",
        "please report it with the function",
        error.place,
    )


def _is_slope(run: _Run, gradients: Mapping[str, Any]) -> bool:
    """Whether the function changes along a direction as these gradients of its leaves say."""
    import numpy as np
    import torch

    generator = torch.Generator().manual_seed(0)
    along = {
        id: torch.randn(leaf.shape, generator=generator, dtype=leaf.dtype) * leaf.detach().abs().clamp(min=1)
        for id, leaf in run.leaves.items()
    }
    terms = [
        torch.from_numpy(np.array(gradients[id], dtype=float)) * t
        for id, t in along.items()
        if gradients.get(id) is not None
    ]
    slope, size = sum(float(term.sum()) for term in terms), sum(float(term.abs().sum()) for term in terms)
    kept = {id: leaf.data for id, leaf in run.leaves.items()}

    def at(step: float) -> float:
        for id, leaf in run.leaves.items():
            leaf.data = kept[id] + step * along[id]
        with torch.random.fork_rng(devices=[]):
            return float(run.call.run().detach())

    try:
        found = difference(at)
    finally:
        for id, leaf in run.leaves.items():
            leaf.data = kept[id]
    return is_near(found, slope, size)
