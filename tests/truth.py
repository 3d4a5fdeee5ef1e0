"""The true numbers of a program, by an evaluator that shares no code with the package.

It reads the text with Python's `ast`, and computes in forward mode: beside each value stand its slopes, the
derivatives by every entry of every name before it. The precision is doubled until all names are known.

    >>> found = truth("x = 0.1\\ny = relu(x + 0.2 - 0.3) + x")
    >>> found.verdict, found.values["y"][0] == fmpq(1, 10), found.gradients["x"][0] == 1
    ('known', True, True)

Conventions: relu, abs and step have the slope 0 at 0, leaky_relu that of its left side; max and min share
at a tie; of equal entries amax, amin and max_pool2d take the first; clip passes on at both ends of its range;
0 ** y has the slope 0 by y and x ** 0 by x. Where an infinite slope has been met, the derivative is sought
as a limit, by differences.
"""

import ast
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain

import numpy as np
from branching import Branching
from dual_arrays import each
from dual_operations import Operations
from duals import ONE, ZERO, Dual, UndecidedError, UndefinedError, capped, is_infinite, negate
from flint import arb, ctx, fmpq, fmpz

PRECISIONS = tuple(2**k for k in range(7, 14))
"""In bits, one after the other."""
_KNOWN = 64
"""Bits of a number that is known."""
_STEPS, _STEP_PRECISION = (fmpq(1, fmpz(2) ** 6_600), fmpq(1, fmpz(2) ** 13_200)), 2**15
"""How far a limit's differences go, and in how many bits."""
_BELOW_FLOATS = arb(2) ** -1080
_BEYOND_FLOATS = arb(2) ** 1024


@dataclass(frozen=True)
class Truth:
    """The verdict is `known`, `undefined` or `undecided`: no precision tells a difference from 0.

    Values and gradients are lists of a name's entries, row by row; undecided ones follow if the difference is
    0. A gradient that does not exist is None; `limits` names those that are limits or do not exist.
    """

    verdict: str
    values: dict = field(default_factory=dict)
    gradients: dict = field(default_factory=dict)
    limits: frozenset = frozenset()
    reason: str = ""


def truth(source):
    """The truth about the values of a program's names, and the gradients of its last one by each of them."""
    statements, reason = ast.parse(source).body, ""
    for precision in (*PRECISIONS, None):
        verdict, tolerance = ("known", None) if precision else ("undecided", arb(2) ** (-PRECISIONS[-1] // 2))
        run = Run(source, precision or PRECISIONS[-1], Branching(tolerance))
        try:
            values, slopes = run.through(statements)
            if precision and not all(map(is_known, [*chain(*values.values()), *slopes.values()])):
                raise UndecidedError("the digits do not suffice")
            gradients = {
                name: [slopes.get((name, i), ZERO) for i in range(len(entries))]
                for name, entries in values.items()
            }
            limits = {name for name, entries in gradients.items() if any(map(is_infinite, entries))}
            for name in limits:
                for i, slope in enumerate(gradients[name]):
                    if is_infinite(slope):
                        gradients[name][i] = _limit(run, statements, (name, i))
            return Truth(verdict, values, gradients, frozenset(limits), reason)
        except UndefinedError as error:
            if precision:
                return Truth("undefined", reason=str(error))
        except UndecidedError as error:
            reason = str(error)
    return Truth("undecided", reason=reason)


def is_known(number):
    """Whether the bits suffice for the nearest float."""
    if isinstance(number, fmpq) or is_infinite(number):
        return True
    return number.rel_accuracy_bits() >= _KNOWN or bool(number.abs_upper() < _BELOW_FLOATS)


def is_beyond_floats(number):
    return bool(arb(number).abs_lower() >= _BEYOND_FLOATS)


def agrees(number, shown, tolerance=1e-15):
    """Whether a float is a number's, or one beside it."""
    ctx.prec = 128
    apart = abs(arb(shown) - number)
    return bool(apart <= abs(arb(number)) * arb(tolerance) + arb(2) ** -1074)


def _limit(run, statements, key):
    """The derivative by an entry as a limit of differences, from where there are values; None without one."""
    sides = []
    for sign in (1, -1):
        try:
            start, *moved = (run.moved(statements, key, sign * step) for step in (ZERO, *_STEPS))
        except UndefinedError:
            continue
        coarse, fine = (arb(value - start) / (sign * step) for value, step in zip(moved, _STEPS, strict=True))
        if fine.abs_upper() < _BELOW_FLOATS:
            sides.append(arb(0))
        elif (fine - coarse).abs_upper() < fine.abs_lower() * arb(2) ** -_KNOWN:
            sides.append(fine)
        else:
            return None
    agree = sides and (sides[0] - sides[-1]).abs_upper() <= sides[0].abs_upper() * arb(2) ** -_KNOWN
    return sides[0] if agree else None


class Run:
    """One evaluation of a program, with a slope by every entry, or with one entry moved and no slopes."""

    def __init__(self, source, precision, branching, moving=None):
        self.source, self.lines = source, source.splitlines()
        self.precision, self.branching, self.moving = precision, branching, moving
        self.named, self.operations = {}, Operations(branching)

    def through(self, statements):
        """The values of each name, and the slopes of the last."""
        ctx.prec = self.precision
        for statement in statements:
            name, result = statement.targets[0].id, self.read(statement.value)
            self.named[name] = np.empty(result.shape, dtype=object)
            for position, entry in enumerate(result.flat):
                self.named[name].flat[position] = self.named_entry((name, position), entry)
        values = {name: [entry.value for entry in result.flat] for name, result in self.named.items()}
        return values, self.named[name].item().slopes

    def moved(self, statements, key, step):
        """The program's last value with one entry moved by a step, on the branches that were taken."""
        again = Branching(self.branching.tolerance, self.branching.taken)
        values, _ = Run(self.source, _STEP_PRECISION, again, (key, step)).through(statements)
        return list(values.values())[-1][0]

    def named_entry(self, key, entry):
        if self.moving is None:
            return Dual(entry.value, {**entry.slopes, key: ONE})
        return Dual(capped(entry.value + self.moving[1])) if key == self.moving[0] else entry

    def read(self, node):
        """The array of an expression, of shape () for a number."""
        match node:
            case ast.Constant():
                text = self.lines[node.lineno - 1][node.col_offset : node.end_col_offset]
                number = Fraction(text.replace("_", ""))
                result = Dual(fmpq(number.numerator, number.denominator))
            case ast.Name():
                result = self.named[node.id]
            case ast.List():
                result = np.stack([self.read(entry) for entry in node.elts])
            case ast.UnaryOp(op=ast.USub()):
                result = each(negate, self.read(node.operand))
            case ast.Attribute(attr="T"):
                result = self.read(node.value).T
            case ast.BinOp():
                result = self.operations.operate(
                    type(node.op).__name__, self.read(node.left), self.read(node.right)
                )
            case ast.Subscript():
                result = self.read(node.value)[key_of(node.slice)]
            case ast.Call(func=ast.Name(id="concatenate"), args=[ast.List(elts=parts), *axes]):
                named = [keyword.value for keyword in node.keywords]
                result = np.concatenate(list(map(self.read, parts)), *map(ast.literal_eval, [*axes, *named]))
            case ast.Call(func=ast.Name(id=name)):
                operands = _OPERANDS.get(name, 1)
                chosen = map(ast.literal_eval, node.args[operands:])
                named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords}
                result = self.operations.call(name, *map(self.read, node.args[:operands]), *chosen, **named)
        return np.asarray(result, dtype=object)


_CONVOLUTIONS = ("conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d")
_OF_THREE = ("affine", "linear", "where", "clip", "attention", "bilinear", *_CONVOLUTIONS)
_OF_TWO = (
    *("max", "min", "leaky_relu", "concatenate", "masked_softmax", "cross_entropy", "softmax_cross_entropy"),
    *("mean_squared_error", "binary_cross_entropy", "sigmoid_cross_entropy", "cosine_similarity"),
    *("scatter_add", "index_put", "einsum", *(f"{name}_without_bias" for name in ("linear", *_CONVOLUTIONS))),
)
_OPERANDS = dict.fromkeys(_OF_TWO, 2)
_OPERANDS |= dict.fromkeys((*_OF_THREE, "layer_norm", "batch_norm", "group_norm"), 3)


def key_of(node):
    """The place between brackets, as NumPy takes it."""
    match node:
        case ast.Tuple():
            return tuple(map(key_of, node.elts))
        case ast.Slice():
            bounds = (node.lower, node.upper, node.step)
            return slice(*(None if bound is None else ast.literal_eval(bound) for bound in bounds))
    return ast.literal_eval(node)
