"""Numbers exactly as an author writes them: 1.1 is 11/10. How they are read, and written back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import inf
from numbers import Rational
from typing import Any

from graphgen.errors import SourceError, excerpt
from graphgen.ops import Shape

Array = Any
"""A NumPy array of float64 or int64 that nobody can write to: each of its floats is an exact number."""
Value = Fraction | tuple["Value", ...] | Array
"""A number, exact as written; or an array of them: nested by its axes as an author writes it, or NumPy's."""
Written = int | float | str | Decimal | Fraction
"""A number as an author gives it."""
WrittenValue = Any
"""A number, or an array of numbers: a NumPy array, or lists in lists."""

_LARGEST_EXPONENT = 308
_CERTAIN = Fraction(1, 10**18)
"""The relative precision to which a proven number that is not exact is certain."""


def exact_value(written: WrittenValue) -> Value:
    """A number exactly as it is written, or an array of such numbers as nested tuples.

    >>> exact_value([[1, "0.1"]])
    ((Fraction(1, 1), Fraction(1, 10)),)

    Raises SourceError for what is neither.
    """
    written = written.tolist() if hasattr(written, "tolist") else written
    if not isinstance(written, list | tuple):
        return exact_number(written)
    array = tuple(map(exact_value, written))
    try:
        shape_of(array)
    except ValueError as error:
        raise SourceError(
            f"{excerpt(repr(written))} is no array: {error}", "give rows that are equally long"
        ) from None
    return array


def array_value(numbers: Any) -> Value:
    """Numbers that a program computed, as a value: a read-only NumPy array, or a Fraction for a single one.

    Each float is taken for the number that it is, which need not be a short decimal.

    >>> array_value(0.75), array_value([[1, 2]])
    (Fraction(3, 4), array([[1, 2]]))

    Raises SourceError where they are not finite numbers.
    """
    import numpy as np

    given = np.asarray(numbers)
    if given.dtype.kind not in "biuf" or not np.isfinite(given).all():
        raise SourceError(
            f"an array of {given.dtype} holds what is not a finite number", "give floats or whole numbers"
        )
    if not given.shape:
        return Fraction(given.item())
    array = given.astype(np.float64 if given.dtype.kind == "f" else np.int64, copy=True)
    array.flags.writeable = False
    return array


def is_value(value: object) -> bool:
    """Whether a node can have this value: it is exact, and nobody changes it."""
    if isinstance(value, Fraction | tuple):
        return True
    kind = getattr(getattr(value, "dtype", None), "str", "")[1:]
    return kind in ("f8", "i8") and not value.flags.writeable  # type: ignore[attr-defined]


def entries_of(value: Value) -> Iterator[Fraction]:
    """The exact numbers of a value, in the order in which they are written, row by row.

    >>> list(entries_of(((Fraction(1), Fraction("0.1")),)))
    [Fraction(1, 1), Fraction(1, 10)]
    """
    if isinstance(value, Fraction):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from entries_of(part)
    else:
        yield from map(Fraction, value.ravel().tolist())


def exact_number(written: Written) -> Fraction:
    """A number exactly as it is written.

    >>> exact_number(1.1), exact_number("1e-3"), exact_number(Decimal("2.50"))
    (Fraction(11, 10), Fraction(1, 1000), Fraction(5, 2))

    Raises SourceError for what is not a finite number within the range of floats.
    """
    if isinstance(written, bool):
        raise _not_a_number(written)
    if isinstance(written, Rational):
        number = Fraction(written)
    else:
        try:
            decimal = Decimal(repr(float(written)) if isinstance(written, float) else written)
        except (InvalidOperation, TypeError, ValueError):
            raise _not_a_number(written) from None
        if not decimal.is_finite():
            raise _not_a_number(written)
        if decimal and abs(decimal.adjusted()) > _LARGEST_EXPONENT:
            raise _out_of_range()
        number = Fraction(decimal)
    try:
        float(number)
    except OverflowError:
        raise _out_of_range() from None
    return number


def total(terms: Iterable[Any]) -> Any:
    """The sum of proven numbers, or of arrays of them; 0 where they cancel to the last digit that is certain.

    >>> total([Fraction(1, 2), Decimal("0.25")]), total([Decimal("0.1"), Decimal("-0.1")])
    (Fraction(3, 4), Fraction(0, 1))
    """
    terms = list(terms)
    if len(terms) == 1:
        return terms[0]
    if any(hasattr(term, "shape") for term in terms):
        import numpy as np

        if all(np.asarray(term).dtype.kind == "f" for term in terms):
            return sum(terms)
        return np.frompyfunc(lambda *entries: total(entries), len(terms), 1)(*terms)
    if any(isinstance(term, float) for term in terms):
        return sum(terms)
    parts = list(map(Fraction, terms))
    added, largest = sum(parts, Fraction(0)), max(map(abs, parts))
    is_certain = all(isinstance(term, Fraction) for term in terms) or abs(added) > largest * _CERTAIN
    return added if is_certain else Fraction(0)


def nearest_float(number: Fraction | Decimal | float) -> float:
    """The float nearest to a number; infinite where the number is beyond the floats.

    >>> nearest_float(Fraction(1, 3)), nearest_float(Fraction(-(10**400)))
    (0.3333333333333333, -inf)
    """
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf


def has_one_hot_rows(value: Value) -> bool:
    """Whether the entries of an array are 0 but for a single 1 in each row.

    >>> has_one_hot_rows(exact_value([[0, 1], [1, 0]])), has_one_hot_rows(exact_value([0.5, 0.5]))
    (True, False)
    """
    width = shape_of(value)[-1]
    entries = [*entries_of(value)]
    rows = (entries[start : start + width] for start in range(0, len(entries), width))
    return all(sorted(row) == [0] * (width - 1) + [1] for row in rows)


def shape_of(value: Value) -> Shape:
    """The lengths of an array's axes; raises ValueError where its rows differ.

    >>> shape_of(((Fraction(1), Fraction(2)),)), shape_of(Fraction(1))
    ((1, 2), ())
    """
    if isinstance(value, Fraction):
        return ()
    if not isinstance(value, tuple):
        shape: Shape = value.shape
        return shape
    inner = {shape_of(part) for part in value}
    if len(inner) != 1:
        raise ValueError("its rows are not equally long" if inner else "it has no entries")
    return (len(value), *inner.pop())


def decimal_places(number: Fraction) -> int | None:
    """How many decimal places a number has; None where they do not end: a prime but 2 and 5 is below.

    >>> decimal_places(Fraction("0.125")), decimal_places(Fraction(5)), decimal_places(Fraction(1, 3))
    (3, 0, None)
    """
    rest, places = number.denominator, 0
    for prime in (2, 5):
        times = 0
        while rest % prime == 0:
            rest, times = rest // prime, times + 1
        places = max(places, times)
    return places if rest == 1 else None


def is_terminating(number: Fraction) -> bool:
    """Whether a number has a finite decimal expansion."""
    return decimal_places(number) is not None


def decimal_text(number: Fraction) -> str:
    """A number as the language writes it: a decimal where it has a finite one, else a quotient.

    >>> decimal_text(Fraction("1.10")), decimal_text(Fraction(1, 3)), decimal_text(Fraction(-5))
    ('1.1', '1 / 3', '-5')
    """
    if number.denominator == 1:
        return str(number.numerator)
    places = decimal_places(number)
    if places is None:
        return f"{number.numerator} / {number.denominator}"
    digits = str(int(abs(number) * 10**places)).rjust(places + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def operand_text(value: Value) -> str:
    """A value as it stands beside an operator."""
    text = value_text(value)
    stands_alone = not isinstance(value, Fraction) or text.replace(".", "").isdigit()
    return text if stands_alone else f"({text})"


def value_text(value: Value) -> str:
    """A value as the language writes it.

    >>> value_text(((Fraction(1), Fraction("0.5")),))
    '[[1, 0.5]]'
    """
    if isinstance(value, Fraction):
        return decimal_text(value)
    parts = value if isinstance(value, tuple) else map(array_value, value)
    return f"[{', '.join(map(value_text, parts))}]"


def range_text(bounds: tuple[Fraction, Fraction, Fraction]) -> str:
    """A range as the language writes it behind an input's label.

    >>> range_text((Fraction(50), Fraction(200), Fraction("0.5")))
    '{50..200 step 0.5}'
    """
    low, high, step = map(decimal_text, bounds)
    return f"{{{low}..{high} step {step}}}"


def _not_a_number(written: object) -> SourceError:
    return SourceError(
        f"{excerpt(str(written))} is not a finite number",
        'give an int, a float, a Fraction, a Decimal or a text such as "1.1"',
    )


def _out_of_range() -> SourceError:
    return SourceError("a number is out of range", f"numbers lie between 1e-{_LARGEST_EXPONENT} and 1.8e308")
