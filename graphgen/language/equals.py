"""Functions that others have and the language has not: the equal expression, or none at all.

A hint never changes the function: what stands here is equal wherever the function is defined, and a
name is only taken for a misspelling where it means nothing else. The tracer says NumPy's functions by
the same table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from graphgen.language.hints import Operand, shortened
from graphgen.ops import FUNCTIONS

EQUALS: Mapping[tuple[str, int], str] = {
    ("ln", 1): "log(x)",
    ("log", 2): "log(x) / log(y)",
    ("log2", 1): "log(x) / log(2)",
    ("log10", 1): "log(x) / log(10)",
    ("exp2", 1): "2 ** x",
    ("logaddexp", 2): "y + softplus(x - y)",
    ("pow", 2): "x ** y",
    ("power", 2): "x ** y",
    ("float_power", 2): "x ** y",
    ("sqr", 1): "square(x)",
    ("cube", 1): "x ** 3",
    ("reciprocal", 1): "1 / x",
    ("rsqrt", 1): "1 / sqrt(x)",
    ("add", 2): "x + y",
    ("subtract", 2): "x - y",
    ("sub", 2): "x - y",
    ("multiply", 2): "x * y",
    ("mul", 2): "x * y",
    ("divide", 2): "x / y",
    ("div", 2): "x / y",
    ("true_divide", 2): "x / y",
    ("negative", 1): "-x",
    ("negate", 1): "-x",
    ("neg", 1): "-x",
    ("sinh", 1): "(exp(x) - exp(-x)) / 2",
    ("cosh", 1): "(exp(x) + exp(-x)) / 2",
    ("sech", 1): "2 / (exp(x) + exp(-x))",
    ("csch", 1): "2 / (exp(x) - exp(-x))",
    ("coth", 1): "1 / tanh(x)",
    ("cot", 1): "1 / tan(x)",
    ("sec", 1): "1 / cos(x)",
    ("csc", 1): "1 / sin(x)",
    ("tg", 1): "tan(x)",
    **{(name, 1): "atan(x)" for name in ("arctan", "arctg", "atg")},
    **{(name, 1): "2 * atan(x / (1 + sqrt(1 - x ** 2)))" for name in ("arcsin", "asin")},
    **{(name, 1): "2 * atan(sqrt((1 - x) / (1 + x)))" for name in ("arccos", "acos")},
    **{(name, 1): "log(x + sqrt(x ** 2 + 1))" for name in ("arcsinh", "asinh")},
    **{(name, 1): "log(x + sqrt(x ** 2 - 1))" for name in ("arccosh", "acosh")},
    **{(name, 1): "log((1 + x) / (1 - x)) / 2" for name in ("arctanh", "atanh")},
    **{(name, 1): "abs(x)" for name in ("absolute", "fabs")},
    **{(name, 1): "step(x) - step(-x)" for name in ("sign", "sgn")},
    ("max", 1): "amax(x)",
    ("min", 1): "amin(x)",
    **{(name, 2): "max(x, y)" for name in ("maximum", "fmax")},
    **{(name, 2): "min(x, y)" for name in ("minimum", "fmin")},
    ("clamp", 3): "clip(x, y, z)",
    ("leaky_relu", 1): "leaky_relu(x, 0.01)",
    **{(name, 1): "sigmoid(x)" for name in ("σ", "expit", "logistic")},
    ("logit", 1): "log(x / (1 - x))",
    **{(name, 1): "-softplus(-x)" for name in ("logsigmoid", "log_sigmoid", "LogSigmoid")},
    **{(name, 1): "silu(x)" for name in ("swish", "SiLU")},
    ("mish", 1): "x * tanh(softplus(x))",
    ("softsign", 1): "x / (1 + abs(x))",
    **{(name, 2): "mean(huber(x - y))" for name in ("smooth_l1", "smooth_l1_loss", "huber_loss")},
    ("relu6", 1): "min(relu(x), 6)",
    ("hypot", 2): "sqrt(x ** 2 + y ** 2)",
    ("norm", 1): "sqrt(sum(x ** 2))",
    ("matmul", 2): "x @ y",
    ("dot", 2): "x @ y",
}
"""The equal expression of a function, by its name and the number of its operands x, y and z."""

NOT_NUMBERS: Mapping[str, str] = {
    **dict.fromkeys(
        ("inf", "Inf", "INF", "infinity", "Infinity", "oo"),
        "there is no infinity: numbers lie between 1e-307 and 1e308 in size",
    ),
    **dict.fromkeys(("nan", "NaN", "NAN"), "every value is a number: leave the entry out"),
}
"""Names of what is no finite number, with what is said of it."""

MODULES = frozenset(["np", "numpy", "math", "torch", "nn", "F", "jnp", "jax", "tf", "sp", "sympy", "scipy"])
"""Names that stand for a library where the source assigns nothing to them."""

_OTHERS = frozenset(
    [
        *dir(math),
        *("sinc", "cosm1", "mod", "med", "cov", "isin", "sort", "erfi", "flip", "lu", "gd"),
        *("selu", "celu", "prelu", "crelu", "rrelu", "relu2", "leakyrelu", "logsoftmax", "layernorm"),
        *("groupnorm", "convtranspose1d", "convtranspose2d", "maxpool2d", "avgpool2d"),
        *("max_pool1d", "max_pool3d", "avg_pool1d", "avg_pool3d"),
        *("exp1", "expi", "expn", "long", "smm", "tag", "short", "msort", "cosinesimilarity"),
    ]
)
"""Functions with another meaning than those of the table that are called much the same."""

_LETTER = re.compile(r"(\(|, )?\b([xyz])\b(\)|,)?")


def equal_call(name: str, operands: Sequence[Operand]) -> str:
    """The hint for a call of a function that the language has not, where it has an equal expression.

    >>> equal_call("pow", [Operand("x + 1", False), Operand("2", True)]), equal_call("f", [])
    ('write (x + 1) ** 2', '')
    """
    if name in ("norm", "hypot") and len(operands) > 1:
        squares = [f"{operand.grouped} ** 2" for operand in operands]
        return f"write sqrt({' + '.join(shortened(squares))})"
    expression = EQUALS.get((name, len(operands)))
    return f"write {_LETTER.sub(lambda found: _filled(found, operands), expression)}" if expression else ""


def misspelled(name: str) -> str:
    """The function that a name is a misspelling of: one letter off, and called by nothing else.

    >>> misspelled("relo"), misspelled("ReLU"), misspelled("sinh"), misspelled("sim")
    ('relu', 'relu', '', '')
    """
    plain = name.lower()
    if plain in FUNCTIONS:
        return plain
    if plain in _OTHERS or any(plain == other for other, _ in EQUALS):
        return ""
    near = [function for function in FUNCTIONS if _is_one_letter_off(plain, function)]
    return near[0] if len(near) == 1 else ""


def _is_one_letter_off(name: str, other: str) -> bool:
    """Whether one letter more, less or otherwise, or two that change places, make a name the other."""
    start = 0
    while start < min(len(name), len(other)) and name[start] == other[start]:
        start += 1
    rest, wanted = name[start:], other[start:]
    swapped = rest[1::-1] + rest[2:]
    return wanted in (rest[1:], swapped) or wanted[1:] in (rest, rest[1:])


def _filled(found: re.Match[str], operands: Sequence[Operand]) -> str:
    """A letter of an expression as the operand that stands for it, in parentheses where it needs them."""
    before, letter, after = found[1] or "", found[2], found[3] or ""
    operand = operands["xyz".index(letter)]
    return f"{before}{operand.text if before and after else operand.grouped}{after}"
