r"""Formulas in an author's labels: the part of LaTeX that goes on one line, as Unicode mathematics.

`$\frac{\partial L}{\partial x}$` becomes ∂L/∂x. Grouping is kept: \frac{a+b}{c} is (a+b)/c. A command
that is not known here is a fault of the source; what holds none and is no formula, such as prices, stays
as it was written. Nothing is run and nothing is read from elsewhere.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator

from graphgen.errors import Place, SourceError, excerpt
from graphgen.notation.characters import readable
from graphgen.notation.names import GREEK, VARIABLE
from graphgen.notation.scripts import (
    BOLD,
    UPRIGHT,
    begins_with_script,
    is_index,
    styled,
    subscript,
    superscript,
    without_scripts,
)

_FORMULA = re.compile(r"\$([^$]+)\$(?!\d)")
"""A dollar sign before a digit begins a price."""
_TOKEN = re.compile(r"\\operatorname\*?\s*|\\[A-Za-z]+\s*|\\.|[{}^_]|\s+|.", re.DOTALL)
_LATEX = re.compile(r"\\[A-Za-z|]|[_^]")
"""Signs that a price or a path between two dollar signs does not have."""
_SIGNS = {
    "partial": "∂", "nabla": "∇", "cdot": "·", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "infty": "∞",
    "sum": "∑", "prod": "∏", "int": "∫", "to": "→", "rightarrow": "→", "leftarrow": "←", "le": "≤",
    "leq": "≤", "ge": "≥", "geq": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "in": "∈", "top": "⊤",
    "ldots": "…", "dots": "…", "cdots": "⋯", "odot": "⊙", "quad": " ", "qquad": " ", "ell": "ℓ", "circ": "∘",
    "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω", "Theta": "Θ", "Phi": "Φ", "Lambda": "Λ", "Gamma": "Γ",
    "Pi": "Π", "Psi": "Ψ", "Xi": "Ξ", "varepsilon": "ε", "varphi": "φ", "vartheta": "θ",
    "propto": "∝", "sim": "∼", "equiv": "≡", "ll": "≪", "gg": "≫", "notin": "∉", "subset": "⊂", "cup": "∪",
    "cap": "∩", "emptyset": "∅", "otimes": "⊗", "oplus": "⊕", "mapsto": "↦", "Rightarrow": "⇒",
    "forall": "∀", "exists": "∃", "ast": "∗", "star": "⋆", "perp": "⊥", "dagger": "†", "prime": "′",
    "|": "‖", "Vert": "‖", "lVert": "‖", "rVert": "‖", "vert": "|", "lvert": "|", "rvert": "|", "mid": " | ",
    "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
    "lbrace": "{", "rbrace": "}", "colon": ":", "\\": " ",
}  # fmt: skip
_CLOSING = ("rVert", "rvert", "rangle", "rfloor", "rceil", "rbrace")
_SPACED = frozenset("·×÷±∓→←≤≥≠≈∈∉∝∼≡≪≫⊂∪∩⊙⊗⊕∘↦⇒")
"""Signs between two things, which keep the space behind their command."""
_STYLES = {
    **dict.fromkeys(("mathrm", "text", "textrm", "operatorname", "mathsf", "mathtt"), (UPRIGHT,)),
    **dict.fromkeys(("mathbf", "textbf"), (UPRIGHT, BOLD)),
    **dict.fromkeys(("boldsymbol", "bm"), (BOLD,)),
    **dict.fromkeys(("mathit", "textit"), ()),
}
_FUNCTIONS = (
    *("log", "ln", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan", "max", "min", "arg", "sup"),
    *("inf", "lim", "det", "dim", "Pr"),
)
_FRACTIONS = ("frac", "tfrac", "dfrac")
_DROPPED = (
    *("left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "displaystyle", "textstyle", "limits"),
    *(",", ";", ":", "!", " "),
)
_ESCAPED = "{}$%_&#"
_MARKS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303",
    "widetilde": "\u0303", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c",
}  # fmt: skip
# Of the letters of these alphabets those that fonts carry, which are in the first plane.
_SCRIPT = str.maketrans("BEFHILMR", "ℬℰℱℋℐℒℳℛ")
_ALPHABETS = {"mathcal": _SCRIPT, "mathscr": _SCRIPT, "mathbb": str.maketrans("CHNPQRZ", "ℂℍℕℙℚℝℤ")}
_HALVES = {"1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾"}
_KNOWN = (
    *_SIGNS, *_STYLES, *_FUNCTIONS, *_FRACTIONS, *_DROPPED, *_MARKS, *_ALPHABETS, *GREEK, "sqrt",
)  # fmt: skip
_DEEPEST = 20
_PLAIN = str.maketrans({"-": "−", "*": "·", "'": "′"})


class _Fraction(str):
    """A fraction on one line, which a factor right behind it would change: 1/2 before (x − y)."""


class _Function(str):
    """The name of a function, which stands off from letters."""


class _Closing(str):
    """A bracket that stands close to what it closes."""


class _UnknownError(ValueError):
    """A command that is not known here."""


def label_text(label: str) -> str:
    r"""A label with its formulas, those between dollar signs, as one line of mathematics.

    >>> label_text(r"loss $\frac{\partial L}{\partial x_1}$"), label_text("2 $ for one")
    ('loss ∂L/∂x₁', '2 $ for one')
    """
    label = readable(label)
    written: list[str] = []
    end = 0
    for found in _FORMULA.finditer(label):
        written += _as_words(label[end : found.start()]), _formula(found[1], found[0])
        end = found.end()
    return "".join((*written, _as_words(label[end:])))


def label_symbol(label: str) -> str | None:
    r"""The symbol that a label is, if it is one and nothing else, as it stands in formulas.

    >>> label_symbol(r"$\theta$"), label_symbol("$W^{(1)}$"), label_symbol("price"), label_symbol("$R(W)$")
    ('θ', 'W⁽¹⁾', None, None)
    """
    formula = _FORMULA.fullmatch(label.strip())
    if not formula:
        return None
    text = _formula(formula[1], formula[0])
    letters = "".join(letter for letter in without_scripts(text) if not unicodedata.combining(letter))
    return text if len(letters.rstrip("′")) == 1 and letters[0].isalpha() else None


def _as_words(text: str) -> str:
    """An author's words, in which a letter by itself is no variable: the a of "a piece"."""
    return VARIABLE.sub(lambda letter: styled(letter[0], UPRIGHT), text)


def require_settable(label: str, place: Place | None = None) -> None:
    """Raises SourceError for a label with a formula, other than a price or a path, that cannot be set."""
    for match in _FORMULA.finditer(label):
        if not _LATEX.search(match[1]):
            continue
        try:
            _read(match[1])
        except _UnknownError as unknown:
            name = str(unknown).strip()
            near = difflib.get_close_matches(name[1:], _KNOWN, n=1)
            asked = f"did you mean \\{near[0]}? " if near else ""
            hint = f"{asked}write the sign itself, or \\text{{…}} for a word"
            raise SourceError(f"a label's formula has {name}, which is not known", hint, place) from None
        except (StopIteration, ValueError):
            raise SourceError(
                f"a label's formula is not readable: {excerpt(match[0])}",
                "each command needs what it takes, as in \\frac{a}{b}, and each { its }",
                place,
            ) from None


def _formula(latex: str, written: str) -> str:
    try:
        return _read(latex)
    except (StopIteration, ValueError):
        return _as_words(written)


def _read(latex: str) -> str:
    return re.sub(" {2,}", " ", _sequence(iter(_TOKEN.findall(latex)), 0, until="").strip())


def _sequence(tokens: Iterator[str], depth: int, until: str) -> str:
    """Everything up to a closing brace, or to the end. Raises ValueError for what is not known."""
    parts: list[str] = []
    here: list[str] = []
    """The signs of the index and the exponent that the last part has."""
    for token in tokens:
        if token == until:
            return _joined(parts)
        if token in ("^", "_"):
            if token in here:
                raise ValueError(token)
            here.append(token)
            parts.append((_exponent if token == "^" else _index)(_argument(tokens, depth)))
        else:
            here = []
            parts.append(_one(token, tokens, depth))
    if until:
        raise ValueError(until)
    return _joined(parts)


def _joined(parts: list[str]) -> str:
    """Parts side by side, set so that each means what it meant alone."""
    parts = [part for part in parts if part]
    if len(parts) == 1:
        return parts[0]
    text = ""
    for position, part in enumerate(parts):
        behind = "".join(parts[position + 1 :])
        if isinstance(part, _Fraction) and _is_factor(behind):
            text += f"({part})"
        elif isinstance(part, _Function):
            text += " " * without_scripts(text)[-1:].isalpha() + part + " " * _begins_with_letter(behind)
        else:
            text = (text.rstrip() if isinstance(part, _Closing) else text) + part
    return text


def _is_factor(text: str) -> bool:
    """Whether a text, or what is behind its spaces, multiplies or raises what stands before it."""
    first = without_scripts(text.lstrip())[:1]
    return begins_with_script(text.lstrip()) or first.isalnum() or first in tuple("(√∂∇∑∏∫‖⟨")


def _begins_with_letter(text: str) -> bool:
    return without_scripts(text)[:1].isalpha() and not begins_with_script(text)


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
        return " " if token.isspace() else token.translate(_PLAIN)
    name = token[1:].strip().rstrip("*") or token[1:]
    if name in _FRACTIONS:
        above, below = _argument(tokens, depth + 1), _argument(tokens, depth + 1)
        written = f"{_grouped(above, also='/')}/{_factor(below)}"
        return _HALVES.get(written) or _Fraction(written)
    if name == "sqrt":
        below = _argument(tokens, depth + 1)
        return f"√{below}" if len(below) == 1 or below.isdecimal() else f"√({below})"
    if name in _STYLES:
        return styled(_argument(tokens, depth + 1), *_STYLES[name])
    if name in _ALPHABETS:
        return _argument(tokens, depth + 1).translate(_ALPHABETS[name])
    if name in _MARKS:
        return _marked(_argument(tokens, depth + 1), _MARKS[name])
    if name in _DROPPED:
        return ""
    if name in _FUNCTIONS:
        return _Function(name)
    sign = _SIGNS.get(name) or GREEK.get(name) or (name if name in _ESCAPED else "")
    if not sign:
        raise _UnknownError(token)
    if name in _CLOSING:
        return _Closing(sign)
    return f"{sign} " if sign in _SPACED and token[-1].isspace() else sign


def _marked(text: str, mark: str) -> str:
    """A letter with a mark above it; of several, which have no common one, each under a line."""
    letter, rest = text[:1], text[1:]
    if not letter.isalnum():
        raise ValueError(text)
    if not rest or is_index(rest):
        return unicodedata.normalize("NFC", letter + mark) + rest
    if mark != _MARKS["bar"] or not text.isalnum():
        raise ValueError(text)
    return "".join(f"{each}\u0305" for each in text)


def _grouped(text: str, also: str = "") -> str:
    """The text, in parentheses where it is a sum (or holds one of `also`) and has none around it."""
    inner = text.strip()
    is_open = any(sign in without_scripts(inner)[1:] for sign in f"+−= {also}")
    return f"({inner})" if is_open and not _enclosed(inner) else inner


def _factor(text: str) -> str:
    """The text as it can stand behind a stroke: products of letters too get parentheses."""
    letters = without_scripts(text)
    product = letters.isalpha() and len(letters) > 1 and text not in _FUNCTIONS
    return f"({text})" if product and not text.startswith("∂") else _grouped(text, also="·/")


def _enclosed(text: str) -> bool:
    depth = 0
    for position, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return position == len(text) - 1 and character == ")"
    return False


def _exponent(text: str) -> str:
    if text in ("·", "∗", "⋆", "†") or set(text) == {"′"}:
        return text.replace("·", "*")
    return superscript("T" if text == "⊤" else _tight(text))


def _index(text: str) -> str:
    return subscript(_tight(text))


def _tight(text: str) -> str:
    """An index or an exponent without the spaces around its signs."""
    return re.sub(r"\s*([+−=·×→,:])\s*", r"\1", text.strip())
