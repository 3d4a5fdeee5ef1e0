"""A program of JAX gone through with numbers: what depends on the inputs is written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from graphgen.errors import Place, SourceError
from graphgen.frameworks.jax_rules import RULES
from graphgen.frameworks.jax_values import JaxReplay, Known, Unfinished
from graphgen.frameworks.tape import NodeNumber, NoRowError, Tape
from graphgen.graph import Recorded, array_value

_ENTERED = frozenset(
    ("jit", "pjit", "closed_call", "core_call", "custom_jvp_call", "custom_vjp_call", "remat2")
)
"""Calls of functions, which are entered."""
_NAMED = {"relu": "relu", "sigmoid": "sigmoid", "silu": "silu", "softplus": "softplus", "_softmax": "softmax"}
"""Functions of jax.nn that have a row."""


class Walker:
    """Goes through a program of JAX with numbers, and writes down what depends on the inputs."""

    def __init__(self, jax: Any, tape: Tape) -> None:
        self.jax = jax
        self.tape = tape
        self.values: dict[NodeNumber, Any] = {}
        self.replays: list[tuple[NodeNumber, JaxReplay]] = []

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
        for equation in program.eqns:
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
        if not any(isinstance(operand, Known | Unfinished) for operand in operands) and name not in _ENTERED:
            return self._bound(equation, operands)
        if name in _ENTERED:
            return self._entered(equation, operands)
        if name == "scan":
            return self._unrolled(parameters, operands)
        if name == "cond":
            branch = parameters["branches"][int(_number(operands[0]))]
            return self.walk(branch.jaxpr, branch.consts, operands[1:])
        numbers = self._bound(equation, list(map(_number, operands)))
        if name == "stop_gradient" or not any(_is_float(number) for number in numbers):
            return numbers
        rule = RULES.get(name)
        try:
            if rule is None or len(numbers) != 1 or any(isinstance(x, Unfinished) for x in operands):
                raise NoRowError(name)
            node = rule(self, *operands, result=numbers[0], **parameters)
        except NoRowError:
            return self._opaque(equation, operands, numbers)
        self.values.setdefault(node, numbers[0])
        return [Known(node, numbers[0])]

    def _bound(self, equation: Any, operands: list[Any]) -> list[Any]:
        """The results that JAX computes from numbers."""
        given = list(map(self.jax.numpy.asarray, operands))
        found = equation.primitive.bind(*given, **equation.params)
        return list(map(self._numbers, found if equation.primitive.multiple_results else [found]))

    def _numbers(self, array: Any) -> Any:
        """An array as NumPy has it; the keys of random numbers, which NumPy has no type for, as they are."""
        import numpy as np

        dtypes = self.jax.dtypes
        is_of_keys = dtypes.issubdtype(getattr(array, "dtype", float), dtypes.extended)
        return array if is_of_keys else np.asarray(array)

    def _entered(self, equation: Any, operands: list[Any]) -> list[Any]:
        """A call of a function: a row, where it has one; else its parts, as a module."""
        parameters = equation.params
        program = parameters.get("jaxpr") or parameters.get("call_jaxpr")
        about = getattr(program, "debug_info", None)
        called = parameters.get("name") or getattr(about, "func_name", None) or ""
        inner, constants = getattr(program, "jaxpr", program), getattr(program, "consts", ())
        if called in _NAMED and len(operands) == 1 and isinstance(operands[0], Known):
            try:
                node = self.apply(_NAMED[called], operands[0])
            except NoRowError:
                pass
            else:
                (number,) = self._values_of(inner, constants, operands)
                self.values.setdefault(node, number)
                return [Known(node, number)]
        name = called if called.isidentifier() else ""
        if not name:
            return self.walk(inner, constants, operands)
        with self.tape.within(".".join(filter(None, (self.tape.group, name))), name):
            return self.walk(inner, constants, operands)

    def _values_of(self, program: Any, constants: Any, operands: list[Any]) -> list[Any]:
        return Walker(self.jax, Tape()).walk(program, constants, list(map(_number, operands)))

    def _unrolled(self, parameters: Any, operands: list[Any]) -> list[Any]:
        """A scan, step by step, from the end where it runs in reverse."""
        import numpy as np

        constants, carried = parameters["num_consts"], parameters["num_carry"]
        program = parameters["jaxpr"]
        fixed, carry, rows = (
            operands[:constants],
            operands[constants : constants + carried],
            operands[constants + carried :],
        )
        steps = range(parameters["length"])
        found: list[list[Any]] = []
        for step in reversed(steps) if parameters["reverse"] else steps:
            with self.tape.within(f"{self.tape.group}.{step}".strip("."), "step"):
                now = [self._row(row, step) for row in rows]
                results = self.walk(program.jaxpr, program.consts, [*fixed, *carry, *now])
            carry = results[:carried]
            found.append(results[carried:])
        if parameters["reverse"]:
            found.reverse()
        stacked = [self._stacked(list(column)) for column in zip(*found, strict=True)] if found else []
        return [*(part if isinstance(part, Known) else np.asarray(part) for part in carry), *stacked]

    def _row(self, array: Any, step: int) -> Any:
        if not isinstance(array, Known):
            return array[step]
        return Known(self.apply("index", array, at=(step,)), array.value[step])

    def _stacked(self, rows: list[Any]) -> Any:
        import numpy as np

        whole = np.stack([_number(row) for row in rows])
        if not any(isinstance(row, Known) for row in rows):
            return whole
        shape = (1, *whole.shape[1:])
        node = self.apply("reshape", rows[0], shape=shape)
        for row in rows[1:]:
            node = self.apply("concatenate", node, self.apply("reshape", row, shape=shape), axis=0)
        return Known(node, whole)

    def _opaque(self, equation: Any, operands: list[Any], numbers: list[Any]) -> list[Any]:
        """An operation without a row: JAX's numbers, and JAX asked for what goes back."""
        import numpy as np

        moving = list({known.node: known for operand in operands for known in _moving(operand)}.values())
        names = [*filter(None, map(_title, operands)), equation.primitive.name]
        title = " → ".join(dict.fromkeys(names))
        results: list[Any] = []
        for position, number in enumerate(numbers):
            if not _is_float(number):
                results.append(number)
                continue
            call = self._again(equation, operands, moving, position)
            if not np.isfinite(number).all():
                results.append(Unfinished(title, number, tuple(moving), call))
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
                return self.jax.numpy.asarray(value_of[operand.node] if is_moving else _number(operand))

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


def _number(operand: Any) -> Any:
    return operand.value if isinstance(operand, Known | Unfinished) else operand


def _is_float(number: Any) -> bool:
    import numpy as np

    return bool(np.issubdtype(np.asarray(number).dtype, np.floating))


def _place(equation: Any) -> Place | None:
    """The line of the author's code, as JAX remembers it."""
    traceback = equation.source_info.traceback
    for frame in traceback.frames if traceback is not None else ():
        file = frame.file_name
        if "/jax/" not in file and "/graphgen/" not in file and not file.startswith("<"):
            return Place(frame.line_num, None, Path(file).name)
    return None
