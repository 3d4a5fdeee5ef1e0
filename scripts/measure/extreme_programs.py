"""Random programs over the whole op table on which floats go wrong: extremes, kinks, ties, cancellations."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))

from branching import Branching
from dual_arrays import each
from dual_operations import Operations
from duals import Dual, UndecidedError, UndefinedError
from flint import arb

EXTREMES = (
    *("1e300", "-1e300", "1e-300", "1e154", "3e-200", "1e-40", "-1e-60", "1e16", "10000000000000001"),
    *("9007199254740993", "4503599627370497.5", "123456789.123", "-1e9", "2 ** -30"),
    *("709.78", "709.79", "-745.2", "-800", "36.8", "-37", "40", "22", "11 / 7"),
)
PLAIN = (
    "0",
    "1",
    "-1",
    "2",
    "3",
    "-2",
    "0.5",
    "-0.5",
    "1/4",
    "0.1",
    "0.2",
    "0.3",
    "1.1",
    "-0.7",
    "1/3",
    "0.25",
)
SMOOTH = ("exp", "sin", "cos", "tan", "atan", "tanh", "sigmoid", "softplus", "square")
ACTIVATIONS = ("silu", "gelu", "gelu_tanh", "erf", "elu", "huber")
BY_DEFINITION = (
    *(
        *ACTIVATIONS,
        "leaky_relu",
        "where",
        "clip",
        "variance",
        "logsumexp",
        "cumsum",
        "cumprod",
        "flip",
        "roll",
    ),
    *("permute", "broadcast_to", "pad", "take", "gather", "log_softmax", "masked_softmax", "attention"),
    *("linear", "layer_norm", "batch_norm", "group_norm", "conv1d", "conv2d"),
    *("conv_transpose1d", "conv_transpose2d", "max_pool2d", "avg_pool2d"),
    *("mean_squared_error", "binary_cross_entropy", "sigmoid_cross_entropy"),
)
"""The functions of which NumPy has none; the evaluator of the tests says about what they come to."""
SHAPES = ((2,), (3,), (2, 2), (2, 3), (3, 2), (1, 3), (2, 1))

Shape = tuple[int, ...]
Step = Callable[["Program"], str]


class Program:
    """Lines in the making, and about what their names come to, so that most of them have a value."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.about: dict[str, Any] = {}

    def add(self, expression: str) -> str:
        """A new name for an expression, whether it has a value or not."""
        name = f"a{len(self.lines)}"
        self.lines.append(f"{name} = {expression}")
        self.about[name] = rough(expression, self.about)
        return name

    def number(self) -> str:
        kind = self.random.random()
        if kind < 0.3:
            return self.random.choice(EXTREMES)
        return self.random.choice(PLAIN) if kind < 0.7 else f"{self.random.uniform(-4, 4):.3g}"

    def array(self, shape: Shape) -> str:
        if not shape:
            return self.number()
        return f"[{', '.join(self.array(shape[1:]) for _ in range(shape[0]))}]"

    def name(self) -> str:
        """A name, rather one of the last; of what has no value about nobody knows the shape."""
        names = [name for name, about in self.about.items() if about is not None]
        return names[-1 - min(int(self.random.expovariate(0.4)), len(names) - 1)]

    def operand(self) -> str:
        return self.name() if self.random.random() < 0.8 else f"({self.number()})"

    def source(self) -> str:
        return "\n".join(self.lines) + "\n"


def program(seed: int, number: int) -> str:
    """The source of one program, the same for the same seed and number; its last name is a single number."""
    made = Program(Random(f"{seed}/{number}"))
    for _ in range(made.random.randint(1, 2)):
        made.add(made.array(made.random.choice((*SHAPES, *[()] * 6))))
    for _ in range(made.random.randint(1, 3)):
        made.random.choice(PIECES)(made)
        for _ in range(made.random.randint(0, 4)):
            grow(made)
    used = set(re.findall(r"a\d+", " ".join(line.partition(" = ")[2] for line in made.lines)))
    ends = [name for name in made.about if name not in used or made.random.random() < 0.1]
    made.add(" + ".join(name if np.isscalar(made.about[name]) else f"sum({name})" for name in ends))
    return made.source()


def grow(made: Program) -> None:
    """Another step, which has a value by floats except for one time in thirty."""
    for _ in range(20):
        expression = made.random.choice(STEPS)(made)
        about = rough(expression, made.about)
        if about is not None and (np.isfinite(about).all() or made.random.random() < 1 / 30):
            made.add(expression)
            return


def rough(expression: str, names: Mapping[str, Any]) -> Any:
    """About what an expression of ours comes to, by floats; None where shapes do not fit."""
    with np.errstate(all="ignore"):
        try:
            # The text is this module's own, never an author's.
            found = eval(expression, dict(_FLOATS), dict(names))
            return np.asarray(found, dtype=float)[()]
        except ZeroDivisionError:
            return np.float64("nan")
        except (ValueError, TypeError, OverflowError, IndexError, UndefinedError, UndecidedError):
            return None


def by_definition(name: str) -> Callable[..., Any]:
    """A function of floats by the evaluator that knows what is true."""

    def function(*operands: Any, **settings: Any) -> Any:
        numbers = (np.asarray(operand, dtype=object) for operand in operands)
        enclosed = (each(lambda entry: Dual(arb(float(entry))), array) for array in numbers)
        found = Operations(Branching(arb(2) ** -40)).call(name, *enclosed, **settings)
        return each(lambda entry: float(arb(entry.value)), found).astype(float)

    return function


def _softmax(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def _loss(p: Any, t: Any) -> Any:
    targets = np.asarray(t)
    if np.shape(p) != targets.shape:
        targets = np.eye(np.shape(p)[-1])[targets]
    return -np.sum(targets * np.log(p)) / (np.size(p) // np.shape(p)[-1])


def _affine(x: Any, y: Any, z: Any) -> Any:
    product = x @ y
    if np.shape(z) != np.shape(product)[np.ndim(product) - np.ndim(z) :]:
        raise ValueError("the last operand does not fit")
    return product + z


def _concatenate(first: Any, *further: Any, axis: int = 0) -> Any:
    return np.concatenate(first if isinstance(first, list) else (first, *further), axis=axis)


_FLOATS: dict[str, Any] = {
    **{
        name: getattr(np, name)
        for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "abs", "square")
    },
    **{name: getattr(np, name) for name in ("sum", "mean", "amax", "amin", "prod", "transpose", "reshape")},
    "concatenate": _concatenate,
    "step": lambda x: np.heaviside(x, 0),
    "atan": np.arctan,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.logaddexp(x, 0),
    "relu": lambda x: np.maximum(x, 0),
    "max": np.maximum,
    "min": np.minimum,
    "softmax": _softmax,
    "affine": _affine,
    "cross_entropy": _loss,
    "softmax_cross_entropy": lambda x, t: _loss(_softmax(x), t),
    **{name: by_definition(name) for name in BY_DEFINITION},
}


def _labels(made: Program, shape: Shape) -> str:
    """Targets for rows: one label each, or shares, which are the same for each row."""
    classes = shape[-1]
    if made.random.random() < 0.5:
        labels = [str(made.random.randrange(classes)) for _ in range(shape[0] if len(shape) > 1 else 1)]
        return f"[{', '.join(labels)}]" if len(shape) > 1 else labels[0]
    row = f"[{', '.join(made.random.choice(('0', '1', '0.5', '0.3')) for _ in range(classes))}]"
    return f"[{', '.join([row] * shape[0])}]" if len(shape) > 1 else row


def _rows(made: Program, most: int = 2) -> str:
    """The name of an array of so many axes at most."""
    fitting = [name for name, about in made.about.items() if 0 < np.ndim(about) <= most]
    return made.random.choice(fitting) if fitting else made.add(made.array(made.random.choice(SHAPES)))


def _shape(made: Program, name: str) -> Shape:
    return tuple(np.shape(made.about[name]))


def _binary(made: Program) -> str:
    operator = made.random.choice(("+", "-", "*", "/", "**", "*", "-"))
    return f"{made.operand()} {operator} {made.name()}"


def _function(made: Program) -> str:
    return (
        f"{made.random.choice((*SMOOTH, *ACTIVATIONS, 'log', 'sqrt', 'relu', 'abs', 'step'))}({made.name()})"
    )


def _extreme(made: Program) -> str:
    return f"{made.random.choice(('max', 'min'))}({made.operand()}, {made.name()})"


def _choice(made: Program) -> str:
    name, other, third = made.name(), made.operand(), made.operand()
    return made.random.choice(
        (
            f"where({name}, {other}, {third})",
            f"where(step({name}), {other}, {third})",
            f"clip({name}, {other}, {third})",
            f"clip({name}, {made.number()}, {made.number()})",
            f"leaky_relu({name}, {third})",
        )
    )


def _power(made: Program) -> str:
    exponent = made.random.choice(("2", "3", "0.5", "0", "-1", "-2", "0.25", "1.5", "1/3", "7"))
    return f"{made.name()} ** ({exponent})"


def _whole(made: Program) -> str:
    name = _rows(made, most=4)
    axis = made.random.choice(("", ", axis=0", ", axis=-1, keepdims=True", ", keepdims=True"))
    length = int(np.prod(_shape(made, name)))
    return made.random.choice(
        (
            f"sum({name}{axis})",
            f"mean({name}{axis})",
            f"amax({name}{axis})",
            f"amin({name}{axis})",
            f"prod({name}{axis})",
            f"variance({name}{axis})",
            f"logsumexp({name}{axis})",
            f"softmax({name})",
            f"log_softmax({name})",
            f"{name}.T",
            f"transpose({name})",
            f"reshape({name}, {length})",
            f"reshape({name}, ({length}, 1))",
            f"-{name}",
        )
    )


def _moved(made: Program) -> str:
    """Entries in other places, repeated, or added up as they follow each other."""
    name = _rows(made, most=4)
    shape = _shape(made, name)
    last, along = shape[-1], made.random.choice(("", ", axis=-1"))
    axes = made.random.sample(range(len(shape)), len(shape))
    indices = tuple(made.random.randrange(-last, last) for _ in range(3))
    at = str(indices)
    for _ in shape[1:]:
        at = f"({at},)"
    widths = tuple((made.random.randrange(2), made.random.randrange(2)) for _ in shape)
    return made.random.choice(
        (
            f"cumsum({name}{along})",
            f"cumprod({name}{along})",
            f"flip({name}{along})",
            f"roll({name}, shift={made.random.choice((1, -1, 2))}{along})",
            f"permute({name}, axes={tuple(axes)})",
            f"broadcast_to({name}, shape={(2, *shape)})",
            f"pad({name}, widths={widths})",
            f"take({name}, at={indices}, axis=-1)",
            f"gather({name}, at={at}, axis=-1)",
        )
    )


def _layer(made: Program) -> str:
    """A layer of an array of three or four axes, of small whole parameters."""
    base = _rows(made)
    lengths = _shape(made, base)
    shape = made.random.choice(((1, 1, *lengths), (1, 2, 3), (2, 2, 2), (1, 2, 2, 2), (1, 1, 2, 3)))
    fits = shape == (1, 1, *lengths)
    images = made.add(f"reshape({base}, {shape})" if fits else made.array(shape))
    inner, axes = shape[1], len(shape) - 2
    if made.random.random() < 0.4:
        of_each = [made.add(made.array((inner,))) for _ in range(2)]
        eps = made.random.choice(("1e-05", "0.1", "1e-12"))
        of_last = [made.add(made.array((shape[-1],))) for _ in range(2)]
        return made.random.choice(
            (
                f"batch_norm({images}, {', '.join(of_each)})",
                f"group_norm({images}, {', '.join(of_each)}, groups={made.random.randint(1, inner)})",
                f"layer_norm({images}, {', '.join(of_last)}, eps={eps})",
            )
        )
    kernel = tuple(made.random.randint(1, min(2, length)) for length in shape[2:])
    stride, padding = ((made.random.randint(low, low + 1),) * axes for low in (1, 0))
    if axes == 2 and made.random.random() < 0.5:
        around = tuple(min(width, length // 2) for width, length in zip(padding, kernel, strict=True))
        window = f"kernel={kernel}, stride={stride}, padding={around}"
        return f"{made.random.choice(('max', 'avg'))}_pool2d({images}, {window})"
    steps = f"stride={stride}, padding={padding}"
    if made.random.random() < 0.5:
        weights, bias = made.array((2, inner, *kernel)), made.array((2,))
        return f"conv{axes}d({images}, {made.add(weights)}, {made.add(bias)}, {steps})"
    weights, bias = made.array((inner, 1, *kernel)), made.array((1,))
    spans = zip(shape[2:], kernel, stride, padding, strict=True)
    if any((length - 1) * step + width <= 2 * around for length, width, step, around in spans):
        steps = f"stride={stride}"
    return f"conv_transpose{axes}d({images}, {made.add(weights)}, {made.add(bias)}, {steps})"


def _attention(made: Program) -> str:
    name = _rows(made)
    shape = _shape(made, name)
    if made.random.random() < 0.5:
        weights = made.array(shape[-1:]) if made.random.random() < 0.5 else f"[{', '.join('1' * shape[-1])}]"
        return f"masked_softmax({name}, {weights})"
    queries = name if len(shape) == 2 else made.add(f"reshape({name}, (1, {shape[-1]}))")
    keys = made.add(made.array((2, shape[-1])))
    return f"attention({queries}, {keys}, {keys}, causal={made.random.random() < 0.5})"


def _loss_of_entries(made: Program) -> str:
    name = _rows(made, most=4)
    targets = made.add(made.array(_shape(made, name)))
    return made.random.choice(
        (
            f"mean_squared_error({name}, {targets})",
            f"sigmoid_cross_entropy({name}, {targets})",
            f"binary_cross_entropy({made.add(f'sigmoid({name})')}, {targets})",
        )
    )


def _part(made: Program) -> str:
    name = _rows(made, most=4)
    keys = [_key(made, length) for length in _shape(made, name)]
    return f"{name}[{', '.join(keys[: made.random.randint(1, len(keys))])}]"


def _key(made: Program, length: int) -> str:
    place = made.random.randrange(length)
    return made.random.choice((str(place), str(place - length), f"{place}:", f":{place + 1}", "::-1", "::2"))


def _together(made: Program) -> str:
    name = _rows(made)
    axis = made.random.choice(("", ", axis=0", ", axis=-1"))
    other = made.add(made.array(_shape(made, name))) if made.random.random() < 0.5 else _rows(made)
    return made.random.choice(
        (f"concatenate({name}, {other}{axis})", f"concatenate([{name}, {other}, {name}]{axis})")
    )


def _product(made: Program) -> str:
    name = _rows(made)
    rows, columns = _shape(made, name)[-1], made.random.choice((1, 2, 3))
    weights = made.add(made.array((rows, columns)))
    kind = made.random.random()
    if kind < 0.4:
        return f"{name} @ {weights}"
    if kind < 0.6:
        return f"linear({name}, {made.add(f'transpose({weights})')}, {made.add(made.array((columns,)))})"
    return f"affine({name}, {weights}, {made.add(made.array((columns,)))})"


def _classes(made: Program) -> str:
    name = _rows(made)
    targets = _labels(made, _shape(made, name))
    if made.random.random() < 0.5:
        targets = made.add(targets)
    if made.random.random() < 0.5:
        return f"cross_entropy({made.add(f'softmax({name})')}, {targets})"
    return f"softmax_cross_entropy({name}, {targets})"


STEPS: tuple[Step, ...] = (
    *[_binary] * 4,
    *[_function] * 4,
    *[_extreme] * 2,
    *[_power] * 2,
    *[_whole] * 3,
    *[_moved] * 2,
    *[_choice] * 2,
    *[_layer] * 2,
    _attention,
    _loss_of_entries,
    _part,
    _together,
    _product,
    _classes,
    lambda made: f"-{made.name()}",
    lambda made: made.name(),
    lambda made: f"{made.name()} * {made.number()}",
)


FORMS = """
1e-40; (1 + {0}) - 1
1e-40; ((1 + {0}) - 1) * 1e40
1e-70; ({0} - sin({0})) / {0} ** 3
1e300; 1e-5; ({0} + {1}) - {0}
1e48; (1 + 1 / {0}) ** {0}
1e-20; (exp({0}) - 1) / {0}
1e-30; (1 - cos({0})) / {0} ** 2
1e9; sqrt({0} ** 2 + 1) - {0}
1.1; sin({0} ** 2000.5)
1.01; cos({0} ** 20000)
2.5; tan({0} ** 300.3)
1e300; tan(cos(sin({0})) - {0} - 1e-300)
7; sin({0} ** 300)
X; exp(sin({0})); 1e-60; max({1} + {2}, {1})
X; 1e-45; abs(tanh({0}) - tanh({0}) - {1})
X; atan({0}); relu({1} - {1} + 1e-50)
0.1; 0.2; 0.3; max({0} + {1}, {2})
0.1; 0.2; 0.3; relu({0} + {1} - {2})
0.7; 0.1; abs({0} + {1} - 0.8)
1.1; min({0} * {0}, 1.21)
X; relu({0} - {0})
X; abs({0} * 0) + {0}
X; max({0}, {0})
9007199254740993; min({0}, 9007199254740992)
1e16; max({0} + 1, {0})
N; relu(sin({0}) ** 2 + cos({0}) ** 2 - 1)
2; 3; abs(sqrt({0}) * sqrt({1}) - sqrt({0} * {1}))
N; max(log(exp({0})), {0})
N; relu(tan({0}) - sin({0}) / cos({0}))
N; sin({0}) ** 2 + cos({0}) ** 2 - 1
N; exp({0}) * exp(-{0}) - 1
2; sqrt({0}) ** 2 - {0}
N; sigmoid({0}) + sigmoid(-{0}) - 1
0; sqrt({0}) ** 2
0; cos(sqrt({0}))
[0, 0]; sqrt(sum({0} ** 2)) ** 2
[0, 0]; sum({0} ** 2); sqrt({1}) ** 2
1; {0} ** 2 + sqrt(1 - {0} ** 2) ** 2
0; ({0} ** 0.25) ** 2
0; relu(sqrt({0}))
0; abs(sqrt({0}))
0; sqrt({0} ** 4)
0; sqrt({0} ** 2)
0; ({0} ** 0.25) ** 4
0; {0} * sqrt({0})
0; sqrt({0}) * 0
0; max(sqrt({0}), 5)
0; {0} ** 0
0; 3; {0} ** {1}
0; 0.5; {0} ** {1}
-2; {0} ** 3
-2; 3; {0} ** {1}
0; {0} ** 1
0; {0} ** 1.5
4; {0} ** -0.5
-8; {0} ** (1/3)
-800; log(exp({0}))
40; sigmoid({0}); -log(1 - {1})
3e-200; 4e-200; sqrt({0} ** 2 + {1} ** 2)
-37; relu(softplus({0}) ** (-3))
-1000; softplus({0}) / exp({0})
800; exp({0}) / exp({0} - 1)
[710, 0]; [1, 2]; sum(softmax({0}) * {1})
[-1047, -981, 1891]; sum(softmax({0}))
[1000, -1000, 0]; softmax_cross_entropy({0}, 1)
[[30, 40]]; [[20, -20], [10, 10]]; softmax_cross_entropy({0} @ {1}, [0])
[-1e9, -1e9, -1e9]; softmax({0})
[X, X]; [X, X]; {0} @ {1}
[[X, X], [X, X]]; [X, X]; affine({0}, {0}.T, {1})
[X, X, X]; sum({0})
[X, X, X]; mean({0})
[1e20, 1, -1e20]; sum({0})
0.1; 0.2; 0.3; step({0} + {1} - {2})
1e16; step(({0} + 1) - {0})
X; 1e-45; step(tanh({0}) + {1} - tanh({0}))
N; step(sin({0}) ** 2 + cos({0}) ** 2 - 1)
0; step({0}) + sqrt({0}) ** 2
0; step(sqrt({0}))
0; step(sqrt({0}) + 1)
[X, X, X]; amax({0}) - amin({0})
[X, X]; concatenate({0}, {0}); amax({1}) * amin({1})
[N, N]; concatenate([exp({0}), log(exp({0})), {0}]); amin({1})
[0.1, 0.3]; [0.2, 0]; concatenate({0} + {1}, {0}); amax({2})
[0, 5, 0]; amax(sqrt({0}))
[[0, 1], [1, 0]]; sum(amin(sqrt({0}), axis=0) ** 2)
[0, X, X]; prod({0})
[0, X, 0]; prod({0})
[0, N]; prod(sqrt({0}))
[1e200, 1e200, 1e-300, X]; prod({0})
[[X, X], [X, 0]]; sum(prod({0}, axis=-1) * [2, 3])
[4, 9, X]; {0}[1:] - {0}[:-1]
[0, 4]; sqrt({0}); {1}[0] ** 2 + {1}[::-1]
[X, X, X]; sum({0}[0] * {0}[::-1]) - {0}[-1]
4503599627370497.5; sin({0}); {1} * {1}; {2} / {2}
1e154; tanh({0} + tan(sigmoid({0})))
X; silu({0}) - {0}
-40; gelu({0}) / erf({0})
-800; gelu({0}) * 1e300
1e-300; erf({0}) / {0}
X; gelu_tanh({0}) - gelu({0})
0; elu({0}) + leaky_relu({0}, 0.1)
X; X; leaky_relu({0} - {0}, {1})
0.1; 0.2; 0.3; X; leaky_relu({0} + {1} - {2}, {3})
0.1; 0.2; 0.3; where({0} + {1} - {2}, X, {1})
N; where(sin({0}) ** 2 + cos({0}) ** 2 - 1, 2, {0})
0.1; 0.2; 0.3; clip({2}, {0} + {1}, X)
X; X; clip({0}, {1}, {1})
X; X; clip({0}, {0}, {1})
X; X; clip({0}, {1}, {0})
X; X; X; clip({0}, {1}, {2})
1; huber({0}) + huber(-{0})
0.1; 0.2; huber({0} + {1} + 0.7)
X; huber({0}) - abs({0})
0; where(sqrt({0}), 1, 2)
0; where({0}, sqrt({0}), 3)
0; where({0} + 1, 3, sqrt({0}))
0; clip(sqrt({0}), -1, 5)
0; clip(sqrt({0}), 1, 5)
0; 1; clip(sqrt({0}), {1}, 5)
0; leaky_relu(sqrt({0}), 0.5)
0; huber(sqrt({0}))
0; elu(sqrt({0})) ** 2
0; gelu(sqrt({0}))
0; erf(sqrt({0})) ** 2
0; silu(sqrt({0})) * sqrt({0})
[X, X, X]; variance({0})
[1e16, 10000000000000001, 1e16]; variance({0})
[0.1, 0.3]; [0.2, 0]; variance({0} + {1})
[0, 0]; sqrt(variance({0}))
[0, 2]; sqrt(variance({0}, axis=0))
[710, 0, -745]; logsumexp({0})
[1e9, 1e9]; logsumexp({0}) - 1e9
[X, X, X]; logsumexp({0}) - amax({0})
[1000, -1000]; log_softmax({0})
[40, 0]; log_softmax({0}); {1}[0] * 1e17
[X, X, X]; masked_softmax({0}, [1, 0, 1])
[-1e9, 1e9]; masked_softmax({0}, [1, 0])
[N, N]; [0, 2]; masked_softmax({0}, {1})
[30, 0]; [0, 1]; masked_softmax({0}, {1})
[[X, X]]; [[X, X], [X, X]]; attention({0}, {1}, {1})
[[X, X], [X, X]]; attention({0}, {0}, {0}, causal=True)
[[X, X, X]]; layer_norm({0}, [1, 2, 3], [0, 0, 1])
[[5, 5, 5]]; layer_norm({0}, [X, 2, 3], [0, 0, 1], eps=1e-12)
[[1e200, 1e200], [X, X]]; batch_norm({0}, [1, 2], [0, 1])
[[X, X, X, X]]; group_norm({0}, [1, 2, 3, X], [0, 0, 0, 0], groups=2)
[[[0, X, 0, X]]]; [[[1, X]]]; conv1d({0}, {1}, [X], padding=(1,))
[[[X, X, 0]]]; [[[1, X]]]; conv_transpose1d({0}, {1}, 0, stride=(2,), further=(1,))
[[[[2, 2, 0], [2, 2, X]]]]; max_pool2d({0}, stride=(1, 1))
[[[[0.3, 0.3], [0.1, 0.2]]]]; max_pool2d({0} + [[0, 0], [0.2, 0.1]], kernel=(2, 1), stride=(1, 1))
[[[[0, 0], [0, 4]]]]; max_pool2d(sqrt({0}), stride=(1, 1))
[[[[X, 1e16], [-1e16, X]]]]; avg_pool2d({0})
[0, X, X]; cumprod({0})
[0, X, 0]; cumprod({0})
[0, N]; cumprod(sqrt({0}))
[1e20, 1, -1e20]; cumsum({0})
[40, -40]; sigmoid_cross_entropy({0}, [1, 0])
[1e9, -1e9]; sigmoid_cross_entropy({0}, [0, 1])
[0.5, 1e-300]; binary_cross_entropy({0}, [1, 0.3])
[30, -1]; sigmoid({0}); binary_cross_entropy({1}, [0, 1])
[0, 1]; binary_cross_entropy({0}, [0, 1])
[X, X]; mean_squared_error({0}, {0})
[1e16, X]; [1e16, X]; mean_squared_error({0}, {1})
709.78; exp({0})
-745.2; exp({0}) * 1e20
X; X; ({0} + {1}) - {0}
"""
"""Beginnings on which floats go wrong, a line each; X is a number, N a plain one, {0} the first of it."""


def written(made: Program) -> None:
    before: list[str] = []
    for step in made.random.choice(FORMS.split("\n")[1:-1]).split("; "):
        filled = re.sub("X", lambda _: made.number(), step.format(*before))
        before.append(made.add(re.sub("N", lambda _: made.random.choice(PLAIN[1:]), filled)))


def logistic(made: Program) -> None:
    rate = made.add(made.random.choice(("4", "3.9", "3.57")))
    x = made.add(made.random.choice(("0.3", "0.1", "1/3")))
    for _ in range(made.random.randint(30, 60)):
        x = made.add(f"{rate} * {x} * (1 - {x})")


def muller(made: Program) -> None:
    x, y = made.add("2"), made.add("-4")
    for _ in range(made.random.randint(8, 30)):
        x, y = y, made.add(f"111 - 1130 / {y} + 3000 / ({y} * {x})")


def deep(made: Program) -> None:
    x = made.add(made.number())
    for _ in range(made.random.randint(10, 40)):
        x = made.add(f"{made.random.choice([name for name in SMOOTH if name != 'exp'])}({x})")


def fan_out(made: Program) -> None:
    x = made.add(made.number())
    terms = [f"{x} * {made.random.choice(PLAIN[1:])}" for _ in range(made.random.randint(3, 12))]
    made.add(" - ".join(terms))


PIECES: tuple[Callable[[Program], None], ...] = (logistic, muller, deep, fan_out, *[written] * 16)
"""The pieces that programs begin with, besides random steps."""
