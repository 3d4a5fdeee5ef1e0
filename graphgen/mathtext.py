r"""Formulas in an author's labels: the part of LaTeX that goes on one line, as Unicode mathematics.

`$\frac{\partial L}{\partial x}$` becomes ∂L/∂x. Grouping is kept: \frac{a+b}{c} is (a+b)/c. What is not
known here stays as it was written; nothing is run and nothing is read from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphgen.typeset import GREEK, SUBSCRIPT, raised

_FORMULA = re.compile(r"\$([^$]+)\$")
_TOKEN = re.compile(r"\\[A-Za-z]+\s*|\\.|[{}^_]|\s+|.", re.DOTALL)
_SIGNS = {
    "partial": "∂", "nabla": "∇", "cdot": "·", "times": "×", "div": "÷", "pm": "±", "infty": "∞",
    "sum": "∑", "prod": "∏", "int": "∫", "to": "→", "rightarrow": "→", "leftarrow": "←", "le": "≤",
    "leq": "≤", "ge": "≥", "geq": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "in": "∈", "top": "⊤",
    "ldots": "…", "dots": "…", "cdots": "⋯", "odot": "⊙", "quad": " ", "ell": "ℓ", "circ": "∘",
    "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω", "Theta": "Θ", "Phi": "Φ", "Lambda": "Λ", "Gamma": "Γ",
}  # fmt: skip
_UPRIGHT = ("mathrm", "text", "operatorname", "mathbf", "mathit", "textit", "textbf")
_FUNCTIONS = ("log", "ln", "exp", "sin", "cos", "tan", "tanh", "max", "min")
_DROPPED = ("left", "right", "displaystyle", ",", ";", "!", " ")
_DEEPEST = 20


def label_text(label: str) -> str:
    r"""A label with its formulas, those between dollar signs, as Unicode mathematics.

    >>> label_text(r"loss $\frac{\partial L}{\partial x_1}$"), label_text("2 $ a piece")
    ('loss ∂L/∂x₁', '2 $ a piece')
    """
    return _FORMULA.sub(lambda match: _formula(match[1], match[0]), label)


def formulas_in(label: str) -> list[str]:
    r"""The formulas of a label alone, as Unicode mathematics.

    >>> formulas_in(r"from $x$ to $\frac{a}{b}$")
    ['x', 'a/b']
    """
    return [_formula(match[1], match[0]) for match in _FORMULA.finditer(label)]


def _formula(latex: str, written: str) -> str:
    tokens = iter(_TOKEN.findall(latex))
    try:
        return _sequence(tokens, 0, until="").strip()
    except (StopIteration, ValueError):
        return written


def _sequence(tokens: Iterator[str], depth: int, until: str) -> str:
    """Everything up to a closing brace, or to the end. Raises ValueError for what is not known."""
    text = ""
    for token in tokens:
        if token == until:
            return text
        if token == "^":
            text += _exponent(_argument(tokens, depth))
        elif token == "_":
            text += _index(_argument(tokens, depth))
        else:
            text += _one(token, tokens, depth)
    if until:
        raise ValueError(until)
    return text


def _argument(tokens: Iterator[str], depth: int) -> str:
    token = next(tokens)
    while token.isspace():
        token = next(tokens)
    return _one(token, tokens, depth)


def _one(token: str, tokens: Iterator[str], depth: int) -> str:
    if depth > _DEEPEST or token in ("}", "^", "_"):
        raise ValueError(token)
    if token == "{":
        return _sequence(tokens, depth + 1, until="}")
    if not token.startswith("\\"):
        return " " if token.isspace() else token.replace("-", "−").replace("*", "·")
    name = token[1:].strip() or token[1:]
    if name == "frac":
        above, below = _argument(tokens, depth + 1), _argument(tokens, depth + 1)
        return f"{_grouped(above, also='/')}/{_factor(below)}"
    if name == "sqrt":
        below = _argument(tokens, depth + 1)
        return f"√{below}" if len(below) == 1 or below.isdecimal() else f"√({below})"
    if name in _UPRIGHT:
        return _argument(tokens, depth + 1)
    if name in _DROPPED:
        return ""
    if name in _FUNCTIONS:
        return name
    sign = (
        _SIGNS.get(name) or GREEK.get(name) or (name if name in ("{", "}", "$", "%", "_", "&", "#") else "")
    )
    if not sign:
        raise ValueError(token)
    return sign


def _grouped(text: str, also: str = "") -> str:
    """The text, in parentheses where it is a sum (or holds one of `also`) and has none around it."""
    bare = text.strip()
    return f"({bare})" if any(sign in bare[1:] for sign in f"+−= {also}") and not _enclosed(bare) else bare


def _factor(text: str) -> str:
    """The text as it can stand behind a stroke: products of letters too get parentheses."""
    product = text.isalpha() and len(text) > 1 and text not in _FUNCTIONS
    return f"({text})" if product and not text.startswith("∂") else _grouped(text, also="·/")


def _enclosed(text: str) -> bool:
    depth = 0
    for position, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return position == len(text) - 1 and character == ")"
    return False


def _exponent(text: str) -> str:
    lifted = "ᵀ" if text in ("⊤", "T") else raised(text)
    return lifted if lifted is not None else "^" + (text if len(text) == 1 else f"({text})")


def _index(text: str) -> str:
    lowered = text.translate(SUBSCRIPT)
    unchanged = any(before == after for before, after in zip(text, lowered, strict=True))
    return "_" + (text if len(text) == 1 else f"({text})") if unchanged else lowered
