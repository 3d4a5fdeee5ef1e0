"""Beginnings of random programs on which floats go wrong: by the line, and computed."""

from __future__ import annotations

import re
from collections.abc import Callable

from extreme_lines import PLAIN, SMOOTH, Program

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
[0.3, 0.1]; [0, 0.2]; sort({0} + {1})
[X, X, X]; topk({0}, k=2)
[0, 4]; sort(sqrt({0}))
[N, N]; sort(concatenate(log(exp({0})), {0}))
[X, X]; cosine_similarity({0}, {0})
[0, 0]; cosine_similarity({0}, [1, 1])
[X, X]; index_put({0}, {0}[0], at=(1,))
[1e16, X]; scatter_add({0}, [1, -1e16], at=(0, 0))
[1e16, X]; einsum({0}, {0}, subscripts='i,i->')
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
