"""The straight-line function of a graph, written as a syntax tree of the op table's rules.

The rules are inlined one after the other, forward and then backward. A value that is read just once is
written where it is read; the others have a line and a variable each, such as `n3`. Gradients take turns with
few variables, `g0` and so on, which Python reaches sooner, and whose numbers are soon let go.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from graphgen.graph import ComputationalGraph
from graphgen.ops import OPERANDS, SCALAR_WORDS, Op, Shape, array_words, inlined, letters

_LARGEST = 50
"""Parts of a value that is written where it is read."""
_OF_FLOATS = "float_"
"""The prefix of a word of floats where those of arrays are."""
_WORDS_OF_FLOATS = {word: ast.Name(f"{_OF_FLOATS}{word}", ast.Load()) for word in SCALAR_WORDS}


def straight(
    graph: ComputationalGraph, numbers: Mapping[int, Any], names: tuple[str, ...], wanted: tuple[str, ...]
) -> Callable[..., Any]:
    """The function of the inputs' numbers, in the order of `graph.inputs`.

    It gives the values of the nodes in `names`, the gradients of those in `wanted`, and a sum that is not
    finite where one of these is not. `numbers` are those of inputs and constants, by their places in the
    graph.
    """
    words = dict(SCALAR_WORDS if graph.is_scalar else array_words())
    words |= {f"{_OF_FLOATS}{word}": function for word, function in SCALAR_WORDS.items()}
    words["sum_of_all"] = sum
    words |= {f"n{index}": array for index, array in numbers.items() if graph.nodes[index].shape}
    # It is made of the op table's rules and of numbers, never of an author's words.
    exec(compile(_Writer(graph, numbers).module(names, wanted), "<a plan>", "exec"), words)
    function: Callable[..., Any] = words["straight"]
    return function


class _Writer:
    """Writes the straight-line function of one graph."""

    def __init__(self, graph: ComputationalGraph, numbers: Mapping[int, Any]) -> None:
        self.graph = graph
        self.values: list[ast.expr] = [
            _literal(numbers[i]) if node.is_constant and not node.shape else _name(f"n{i}")
            for i, node in enumerate(graph)
        ]
        self.gradients: dict[int, ast.Name] = {}
        self.holders: Counter[str] = Counter()
        """How many nodes have their gradient in each variable: one that is passed on as it is has several."""
        self.free: list[str] = []
        self.shared: dict[str, ast.Name] = {}

    def module(self, names: tuple[str, ...], wanted: tuple[str, ...]) -> ast.Module:
        graph = self.graph
        inputs = ", ".join(f"n{graph.index[node.id]}" for node in graph.inputs)
        module = ast.parse(f"def straight({inputs}): ...")
        lines = [*self._lines(names, wanted)]
        # Named first, they are among the variables that Python reaches in one step.
        first = ast.Assign([ast.Name(name, ast.Store()) for name in self.holders], _literal(None))
        module.body[0].body = [first, *lines]  # type: ignore[attr-defined]
        return ast.fix_missing_locations(module)

    def _lines(self, names: tuple[str, ...], wanted: tuple[str, ...]) -> Iterator[ast.stmt]:
        graph, index = self.graph, self.graph.index
        kept = self._kept(names, wanted)
        for i, op, operands in graph.operations:
            value = yield from self._written(i, op, op.value, operands)
            value = self._plain(op, value, graph.nodes[i].shape)
            if i in kept or not graph.is_scalar or _is_large(value):
                yield _assigned(f"n{i}", value)
            else:
                self.values[i] = value
        yield from self._backward(wanted)
        values = _tuple(self.values[index[name]] for name in names)
        gradients = _tuple(self.gradients.get(index[name]) or self._zero(name) for name in wanted)
        yield ast.Return(_tuple((values, gradients, self._total(wanted))))

    def _backward(self, wanted: tuple[str, ...]) -> Iterator[ast.stmt]:
        graph = self.graph
        needed, kept = self._needed(wanted), self._kept_gradients(wanted)
        start = graph.index[graph.output]
        self.gradients[start] = self._hold()
        yield _assigned(self.gradients[start].id, _literal(1.0))
        for index, op, operands in reversed(graph.operations):
            if index not in self.gradients:
                continue
            for position, operand in enumerate(operands):
                if operand not in needed:
                    continue
                sent = yield from self._sent(index, op, operands, position)
                before = self.gradients.get(operand)
                if before is None and sent is self.gradients[index]:
                    self.gradients[operand] = self.gradients[index]  # passed on as it is
                    self.holders[self.gradients[index].id] += 1
                    continue
                if before:
                    self._let_go(before)
                self.gradients[operand] = after = self._hold()
                yield _assigned(after.id, ast.BinOp(before, ast.Add(), sent) if before else sent)
            if index not in kept:
                self._let_go(self.gradients[index])

    def _hold(self) -> ast.Name:
        """The variable that was let go last, or a new one."""
        name = self.free.pop() if self.free else f"g{len(self.holders)}"
        self.holders[name] += 1
        return _name(name)

    def _let_go(self, gradient: ast.Name) -> None:
        self.holders[gradient.id] -= 1
        if not self.holders[gradient.id]:
            self.free.append(gradient.id)

    def _kept_gradients(self, wanted: tuple[str, ...]) -> set[int]:
        """The nodes whose gradients are asked for at the end."""
        single = () if self.graph.is_scalar else enumerate(self.graph.nodes)
        return {self.graph.index[name] for name in wanted} | {i for i, node in single if not node.shape}

    def _written(
        self, index: int, op: Op, rule: str, operands: tuple[int, ...]
    ) -> Generator[ast.stmt, None, ast.expr]:
        """A rule of an operation over the values and gradients of this graph."""
        names = {letter: self.values[i] for letter, i in zip(OPERANDS, operands, strict=False)}
        names["v"] = self.values[index]
        if index in self.gradients:
            names["g"] = self.gradients[index]
        if self.graph.is_scalar:
            return inlined(rule, names)
        node = self.graph.nodes[index]
        if op.is_elementwise and not node.shape:
            # The words that the engine would use of a single number.
            names |= _WORDS_OF_FLOATS
        parameters = {**op.parameters, **dict(node.parameters)}
        names |= {name: _literal(setting) for name, setting in parameters.items()}
        return (yield from self._sharing(inlined(rule, names)))

    def _sharing(self, written: Any) -> Generator[ast.stmt, None, Any]:
        """The same with each call on values alone as a variable, whose line comes first: what several rules
        need of the same arrays, such as a softmax, is computed once."""
        if not isinstance(written, ast.expr) or isinstance(written, ast.Name | ast.Constant):
            return written
        for field, part in ast.iter_fields(written):
            if isinstance(part, list):
                parts = []
                for each in part:
                    parts.append((yield from self._sharing(each)))
                setattr(written, field, parts)
            else:
                setattr(written, field, (yield from self._sharing(part)))
        if not isinstance(written, ast.Call) or any(map(self._goes_back, ast.walk(written))):
            return written
        key = ast.dump(written)
        if key not in self.shared:
            self.shared[key] = _name(f"s{len(self.shared)}")
            yield _assigned(self.shared[key].id, written)
        return self.shared[key]

    def _goes_back(self, part: ast.AST) -> bool:
        return isinstance(part, ast.Name) and part.id[0] == "g" and part.id[1:].isdigit()

    def _sent(
        self, index: int, op: Op, operands: tuple[int, ...], position: int
    ) -> Generator[ast.stmt, None, ast.expr]:
        sent = yield from self._written(index, op, op.vjps[position], operands)
        shape = self.graph.nodes[operands[position]].shape
        if op.is_elementwise and shape != self.graph.nodes[index].shape:
            return _called("sum_to", sent, _literal(shape))
        return self._plain(op, sent, shape)

    def _plain(self, op: Op, written: ast.expr, shape: Shape) -> ast.expr:
        """The same, which gives a plain float where a single number comes of arrays."""
        return written if self.graph.is_scalar or op.is_elementwise or shape else _called("float", written)

    def _kept(self, names: tuple[str, ...], wanted: tuple[str, ...]) -> set[int]:
        """The operations whose values have a variable: all but those that are read just once, going on."""
        graph, needed = self.graph, self._needed(wanted)
        read: Counter[int] = Counter()
        kept = {graph.index[name] for name in (*names, graph.output)} | self._at_risk()
        for index, op, operands in graph.operations:
            sent = [rule for rule, operand in zip(op.vjps, operands, strict=True) if operand in needed]
            going_back = {letter for rule in sent for letter in letters(rule)}
            kept |= {
                operand for letter, operand in zip(OPERANDS, operands, strict=False) if letter in going_back
            }
            kept |= {index} if "v" in going_back else set()
            read.update(operands[OPERANDS.index(letter)] for letter in letters(op.value))
        return kept | {index for index, times in read.items() if times > 1} | self._unread()

    def _needed(self, wanted: tuple[str, ...]) -> set[int]:
        """The nodes on the way back to those that are wanted."""
        graph = self.graph
        needed = {graph.index[name] for name in wanted}
        for index, _, operands in graph.operations:
            if not needed.isdisjoint(operands):
                needed.add(index)
        return needed

    def _total(self, wanted: tuple[str, ...]) -> ast.expr:
        """A sum that is not finite where a value or a gradient is not.

        What is not finite stays so on its way, but for operands that an op swallows, as 1 / ∞ does.
        In arrays NumPy raises where that comes about, so beside them only single numbers are asked, all of
        them, and the output, which tells whether an input was not.
        """
        graph = self.graph
        if graph.is_scalar:
            asked = self._at_risk() | {graph.index[graph.output]}
            needed = {graph.ids[i] for i in self._needed(wanted)}
            gradients = [graph.index[name] for name in wanted if needed.isdisjoint(graph[name].operands)]
        else:
            single = [i for i, node in enumerate(graph.nodes) if not node.shape]
            asked = {i for i in single if graph.nodes[i].op} | {graph.index[graph.output]}
            gradients = single
        numbers = [self.values[i] for i in sorted(asked)]
        numbers += dict.fromkeys(self.gradients[i] for i in gradients if i in self.gradients)
        return _called("sum_of_all", _tuple(numbers))

    def _unread(self) -> set[int]:
        """The operations that nothing uses: they too may have no value."""
        used = {operand for _, _, operands in self.graph.operations for operand in operands}
        return {index for index, _, _ in self.graph.operations if index not in used}

    def _at_risk(self) -> set[int]:
        """Where something infinite leaves no trace behind: unread, or the operand of an op that can make a
        finite number of it; of numbers alone."""
        if not self.graph.is_scalar:
            return set()
        return self._unread() | {
            operand
            for _, op, operands in self.graph.operations
            for position, operand in enumerate(operands)
            if _swallows(op, position)
        }

    def _zero(self, name: str) -> ast.expr:
        shape = self.graph[name].shape
        return _called("zeros", _literal(shape)) if shape else _literal(0.0)


@cache
def _swallows(op: Op, position: int) -> bool:
    """Whether an op can make a finite number of an infinite operand."""
    for infinite in (math.inf, -math.inf):
        operands = [1.0] * op.arity
        operands[position] = infinite
        try:
            if math.isfinite(op.forward(*operands)):
                return True
        except (ArithmeticError, ValueError):
            continue
    return False


def _is_large(written: ast.expr) -> bool:
    return next(islice(ast.walk(written), _LARGEST, None), None) is not None


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _literal(value: Any) -> ast.Constant:
    return ast.Constant(value)


def _called(word: str, *operands: ast.expr) -> ast.expr:
    return ast.Call(_name(word), [*operands], [])


def _assigned(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _tuple(parts: Iterable[ast.expr]) -> ast.expr:
    return ast.Tuple([*parts], ast.Load())
