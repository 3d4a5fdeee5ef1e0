"""A program of JAX gone through with numbers: what depends on the inputs is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from graphgen.errors import Place, SourceError
from graphgen.frameworks.jax_entries import ENTRIES
from graphgen.frameworks.jax_loops import repeat, scan
from graphgen.frameworks.jax_masks import finite_part
from graphgen.frameworks.jax_rules import RULES
from graphgen.frameworks.jax_values import JaxReplay, Known, Unfinished, number_of
from graphgen.frameworks.jax_widening import ENTERED, called_in, wide, widened
from graphgen.frameworks.tape import NodeNumber, NoRowError, Tape
from graphgen.graph import Recorded, array_value

_NAMED = {"relu": "relu", "sigmoid": "sigmoid", "silu": "silu", "softplus": "softplus", "_softmax": "softmax"}
"""Functions of jax.nn that have a row."""
_LOOPS: Mapping[str, Callable[..., list[Any]]] = {"scan": scan, "while": repeat}
_FLAT = frozenset(("stop_gradient", "sign", "floor", "ceil", "round"))
"""Operations that nothing goes back through."""


class Walker:
    """Goes through a program of JAX with numbers, and writes down what depends on the inputs."""

    def __init__(self, jax: Any, tape: Tape) -> None:
        self.jax = jax
        self.tape = tape
        self.values: dict[NodeNumber, Any] = {}
        self.replays: list[tuple[NodeNumber, JaxReplay]] = []
        self.made: dict[NodeNumber, tuple[str, tuple[Any, ...], Any]] = {}
        """The primitive, the operands and the parameters that a node came from."""

    def known(self, node: NodeNumber, value: Any) -> Known:
        import numpy as np

        return Known(node, np.asarray(value))

    def node(self, operand: Any) -> NodeNumber:
        """The node of an operand: a known value, or numbers, which are a constant."""
        if isinstance(operand, NodeNumber):
            return operand
        if isinstance(operand, Known):
            return operand.node
        if isinstance(operand, Unfinished):
            raise NoRowError(operand.title)
        try:
            return self.tape.constant(array_value(operand))
        except SourceError:
            raise NoRowError("infinite") from None

    def apply(self, name: str, *operands: Any, **parameters: Any) -> NodeNumber:
        """An operation of the op table; raises NoRowError where it has no such row."""
        return self.tape.apply(name, *map(self.node, operands), **parameters)

    def walk(self, program: Any, constants: Sequence[Any], arguments: Sequence[Any]) -> list[Any]:
        """The results of a program: known values, or numbers where they do not depend on the inputs."""
        env: dict[Any, Any] = {}

        def read(variable: Any) -> Any:
            return self._numbers(variable.val) if hasattr(variable, "val") else env[variable]

        env.update(zip(program.constvars, map(self._numbers, constants), strict=True))
        env.update(zip(program.invars, arguments, strict=True))
        for equation in map(widened, program.eqns):
            before, self.tape.group = self.tape.group, self._scope(equation)
            self.tape.place = _place(equation)
            results = self._results(equation, list(map(read, equation.invars)))
            self.tape.group = before
            env.update(zip(equation.outvars, results, strict=True))
        return list(map(read, program.outvars))

    def _scope(self, equation: Any) -> str:
        """The group of an operation: that of the call which it is in, and the author's named scopes."""
        names = [part for part in str(equation.source_info.name_stack).split("/") if part.isidentifier()]
        for count in range(len(names)):
            path = ".".join(filter(None, (self.tape.group, *names[: count + 1])))
            self.tape.modules.setdefault(path, names[count])
        return ".".join(filter(None, (self.tape.group, *names)))

    def _results(self, equation: Any, operands: list[Any]) -> list[Any]:
        name, parameters = equation.primitive.name, equation.params
        if name in ENTERED:
            return self._entered(equation, operands)
        if name in _LOOPS:
            return _LOOPS[name](self, parameters, operands)
        if not any(isinstance(operand, Known | Unfinished) for operand in operands):
            return self._bound(equation, operands)
        if name == "cond":
            branch = parameters["branches"][int(number_of(operands[0]))]
            return self.walk(branch.jaxpr, branch.consts, operands[1:])
        numbers = self._bound(equation, list(map(number_of, operands)))
        if name in _FLAT or not any(map(_varies, numbers)):
            return numbers
        finite = self._finite_part(equation, operands, numbers)
        if finite is not None and _is_finite(numbers[0]):
            self._keep(finite, equation, operands)
            return [finite]
        try:
            if any(isinstance(operand, Unfinished) for operand in operands) or not all(
                map(_is_plain, numbers)
            ):
                raise NoRowError(name)
            return self._by_rules(equation, operands, numbers)
        except NoRowError:
            return self._opaque(equation, operands, numbers, finite)

    def _by_rules(self, equation: Any, operands: list[Any], numbers: list[Any]) -> list[Any]:
        """The results of an operation as rows have them. Raises NoRowError where there are none."""
        name = equation.primitive.name
        if name in ENTRIES:

            def bind(*given: Any) -> Any:
                return equation.primitive.bind(*map(self.jax.numpy.asarray, given), **equation.params)

            nodes = ENTRIES[name](self, bind, *operands, results=numbers, **equation.params)
        elif name in RULES and len(numbers) == 1:
            nodes = [RULES[name](self, *operands, result=numbers[0], **equation.params)]
        else:
            raise NoRowError(name)
        results = []
        for node, number in zip(nodes, numbers, strict=True):
            if node is None or not _varies(number):
                results.append(number)
                continue
            results.append(Known(node, number))
            self._keep(results[-1], equation, operands)
        return results

    def _keep(self, result: Known, equation: Any, operands: list[Any]) -> None:
        """Takes down JAX's value of a node, and what it came from."""
        self.values.setdefault(result.node, result.value)
        self.made.setdefault(result.node, (equation.primitive.name, tuple(operands), equation.params))

    def _finite_part(self, equation: Any, operands: list[Any], numbers: list[Any]) -> Known | None:
        """What stands for the finite entries of masked scores; None where nothing is masked."""
        if len(numbers) != 1 or all(isinstance(x, Known) or _is_finite(number_of(x)) for x in operands):
            return None

        def apply(stand_ins: list[Any]) -> Known:
            (found,) = self._by_rules(
                equation, stand_ins, self._bound(equation, list(map(number_of, stand_ins)))
            )
            if not isinstance(found, Known):
                raise NoRowError(equation.primitive.name)
            return found

        try:
            return finite_part(self, equation.primitive.name, operands, numbers[0], apply)
        except NoRowError:
            return None

    def _bound(self, equation: Any, operands: list[Any]) -> list[Any]:
        """The results that JAX computes from numbers."""
        given = list(map(self.jax.numpy.asarray, operands))
        found = equation.primitive.bind(*given, **equation.params)
        return list(map(self._numbers, found if equation.primitive.multiple_results else [found]))

    def _numbers(self, array: Any) -> Any:
        """An array as NumPy has it; keys of random numbers, which NumPy has no type for, as they are."""
        import numpy as np

        dtypes = self.jax.dtypes
        is_of_keys = dtypes.issubdtype(getattr(array, "dtype", float), dtypes.extended)
        return array if is_of_keys else wide(np.asarray(array))

    def _entered(self, equation: Any, operands: list[Any]) -> list[Any]:
        """A call of a function: a row, where it has one; else its parts, as a module."""
        parameters = equation.params
        inner, constants = called_in(equation)
        about = getattr(inner, "debug_info", None)
        called = parameters.get("name") or getattr(about, "func_name", None) or ""
        if called in _NAMED and len(operands) == 1 and isinstance(operands[0], Known):
            try:
                node = self.apply(_NAMED[called], operands[0])
            except NoRowError:
                pass
            else:
                (number,) = self.numbers_of(inner, constants, operands)
                self.values.setdefault(node, number)
                return [Known(node, number)]
        name = called if called.isidentifier() else ""
        if not name:
            return self.walk(inner, constants, operands)
        with self.tape.within(".".join(filter(None, (self.tape.group, name))), name):
            return self.walk(inner, constants, operands)

    def numbers_of(self, program: Any, constants: Any, operands: list[Any]) -> list[Any]:
        """What a program gives, in numbers alone."""
        return Walker(self.jax, Tape()).walk(program, constants, list(map(number_of, operands)))

    def _opaque(
        self, equation: Any, operands: list[Any], numbers: list[Any], finite: Known | None
    ) -> list[Any]:
        """An operation without a row: JAX's numbers, and JAX asked for what goes back."""
        import numpy as np

        moving = list({known.node: known for operand in operands for known in _moving(operand)}.values())
        names = [*filter(None, map(_title, operands)), equation.primitive.name]
        title = " → ".join(dict.fromkeys(names))
        results: list[Any] = []
        for position, number in enumerate(numbers):
            if not _varies(number):
                results.append(number)
                continue
            call = self._again(equation, operands, moving, position)
            if not _is_plain(number):
                results.append(Unfinished(title, number, tuple(moving), call, finite))
                continue
            replay = JaxReplay(self.jax, call, tuple(known.value for known in moving))
            values = tuple(array_value(known.value) for known in moving)
            recorded = Recorded(array_value(number), values, live=replay.sent)
            node = self.tape.record(title, recorded, *(known.node for known in moving))
            self.replays.append((node, replay))
            self.values[node] = np.asarray(number)
            results.append(Known(node, number))
        return results

    def _again(
        self, equation: Any, operands: list[Any], moving: list[Known], position: int
    ) -> Callable[..., Any]:
        """One result of an operation as a function of the values that it depends on."""

        def call(*floats: Any) -> Any:
            value_of = {known.node: value for known, value in zip(moving, floats, strict=True)}

            def given(operand: Any) -> Any:
                if isinstance(operand, Unfinished):
                    return operand.call(*(value_of[known.node] for known in operand.operands))
                is_moving = isinstance(operand, Known) and operand.node in value_of
                return self.jax.numpy.asarray(value_of[operand.node] if is_moving else number_of(operand))

            found = equation.primitive.bind(*map(given, operands), **equation.params)
            return found[position] if equation.primitive.multiple_results else found

        return call


def _moving(operand: Any) -> tuple[Known, ...]:
    """The values of floats that an operand depends on."""
    if isinstance(operand, Unfinished):
        return operand.operands
    return (operand,) if isinstance(operand, Known) and _is_float(operand.value) else ()


def _title(operand: Any) -> str:
    return operand.title if isinstance(operand, Unfinished) else ""


def _is_float(number: Any) -> bool:
    import numpy as np

    return bool(np.issubdtype(np.asarray(number).dtype, np.floating))


def _varies(number: Any) -> bool:
    """Whether a result has entries that a gradient can go through."""
    import numpy as np

    return np.size(number) > 0 and bool(np.issubdtype(np.asarray(number).dtype, np.inexact))


def _is_finite(number: Any) -> bool:
    import numpy as np

    return not _varies(number) or bool(np.isfinite(number).all())


def _is_plain(number: Any) -> bool:
    """Whether a result may be a node: of finite real numbers."""
    import numpy as np

    return _is_finite(number) and not np.iscomplexobj(number)


def _place(equation: Any) -> Place | None:
    """The line of the author's code, as JAX remembers it."""
    traceback = equation.source_info.traceback
    for frame in traceback.frames if traceback is not None else ():
        file = frame.file_name
        if "/jax/" not in file and "/graphgen/" not in file and not file.startswith("<"):
            return Place(frame.line_num, None, Path(file).name)
    return None
