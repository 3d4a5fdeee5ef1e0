"""The steps of random programs on which floats go wrong: what may come next."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from extreme_lines import SHAPES, SMOOTH, Program, Shape

LOGARITHMS = ("log", "log1p", "expm1")
ACTIVATIONS = ("silu", "gelu", "gelu_tanh", "erf", "elu", "huber")

Step = Callable[[Program], str]


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
    name = made.random.choice((*SMOOTH, *ACTIVATIONS, *LOGARITHMS, "sqrt", "relu", "abs", "step"))
    return f"{name}({made.name()})"


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
            f"sort({name}, axis=-1)",
            f"sort({name}, axis=0, descending=True)",
            f"topk({name}, k={made.random.randint(1, _shape(made, name)[-1])})",
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
            f"scatter_add({name}, {made.array((*(1,) * (len(shape) - 1), 3))}, at={at}, axis=-1)",
            f"index_put({name}, {made.operand()}, at=({made.random.randrange(shape[0])},))",
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
    if made.random.random() < 0.15:
        volumes, weights = made.add(made.array((1, 1, 2, 1, 2))), made.add(made.array((2, 1, 2, 1, 1)))
        bias = made.random.choice(("", f", {made.array((2,))}"))
        return f"conv3d{'' if bias else '_without_bias'}({volumes}, {weights}{bias})"
    if made.random.random() < 0.5:
        weights, bias = made.array((2, inner, *kernel)), made.array((2,))
        if made.random.random() < 0.4:
            return f"conv{axes}d_without_bias({images}, {made.add(weights)}, {steps})"
        return f"conv{axes}d({images}, {made.add(weights)}, {made.add(bias)}, {steps})"
    weights, bias = made.array((inner, 1, *kernel)), made.array((1,))
    spans = zip(shape[2:], kernel, stride, padding, strict=True)
    if any((length - 1) * step + width <= 2 * around for length, width, step, around in spans):
        steps = f"stride={stride}"
    if made.random.random() < 0.4:
        return f"conv_transpose{axes}d_without_bias({images}, {made.add(weights)}, {steps})"
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
            f"cosine_similarity({name}, {targets}, axis={made.random.choice((0, -1))})",
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
    if kind < 0.25:
        return f"{name} @ {weights}"
    if kind < 0.4:
        letters = "ij"[-len(_shape(made, name)) :]
        kept = made.random.choice((letters[:-1] + "k", "k", "j"))
        return f"einsum({name}, {weights}, subscripts='{letters},jk->{kept}')"
    if kind < 0.52:
        matrices, other = made.array((2, rows, columns)), made.array((*_shape(made, name)[:-1], columns))
        return f"bilinear({name}, {made.add(matrices)}, {made.add(other)})"
    if kind < 0.6:
        return f"linear_without_bias({name}, {made.add(f'transpose({weights})')})"
    if kind < 0.7:
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
