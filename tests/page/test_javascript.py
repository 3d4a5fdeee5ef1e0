import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
import sympy as sp

import graphgen
from graphgen.algebra.derivatives import expression, local_derivatives, symbols
from graphgen.diagram.steps import WORDS
from graphgen.ops.table import ELEMENTWISE, SUMS
from graphgen.page.javascript import code_expressions, ops_code
from graphgen.page.scripts import PHRASES, more_script, script

ASSETS = Path(graphgen.__file__).parent / "assets"
SOURCES = sorted((ASSETS / "live").glob("*.js"))
DIGITS = 60
# exp(-800) against 1 needs some 350 digits more than are compared.
WORKING_DIGITS = 450
CAREFUL = [op for op in ELEMENTWISE.values() if op.is_careful]


@pytest.mark.parametrize("op", [pytest.param(op, id=op.name) for op in CAREFUL])
def test_the_careful_form_is_the_expression_and_its_derivatives(op):
    plain, careful = (expression(op), *local_derivatives(op)), code_expressions(op)
    assert len(careful) == len(plain)
    for point in dict.fromkeys(op.points):
        at = dict(zip(symbols(op), map(sp.Rational, point), strict=True))
        for one, other in zip(plain, careful, strict=True):
            x, y = (sp.N(formula.xreplace(at).doit(), WORKING_DIGITS) for formula in (one, other))
            assert sp.N(x, DIGITS) == sp.N(y, DIGITS), (point, one, other)


def test_every_op_is_printed_once_with_a_local_derivative_for_each_operand():
    lines = [line.strip() for line in ops_code().splitlines()[2:-1]]
    printed = [*ELEMENTWISE.values(), *SUMS.values()]
    assert [line.partition(":")[0].strip('"') for line in lines] == [op.name for op in printed]
    for line, op in zip(lines, printed, strict=True):
        operands = ",".join(symbol.name for symbol in symbols(op))
        functions = line.count(f"({operands})=>") + line.count("()=>")
        assert functions == line.count("=>") == 1 + op.arity + bool(op.kink)


def test_languages_have_the_same_phrases_with_the_same_gaps():
    english = PHRASES["en"]
    assert PHRASES.keys() == WORDS.keys()
    for phrases in PHRASES.values():
        assert phrases.keys() == english.keys()
        assert {key: text.count("{}") for key, text in phrases.items()} == {
            key: text.count("{}") for key, text in english.items()
        }


def test_the_script_needs_nothing_but_itself():
    for sign in ("import ", "eval(", "new Function", "http://", "innerHTML", ".style"):
        for text in (script(), more_script()):
            assert sign not in text.replace("http://www.w3.org/2000/svg", ""), sign


@pytest.mark.parametrize("name", ["live.min.js", "more.min.js"])
def test_the_script_was_made_of_these_sources(name):
    sources = b"".join(path.read_text("utf-8").encode() for path in SOURCES)
    first = (ASSETS / name).read_text("utf-8").partition("\n")[0]
    assert first.endswith(hashlib.sha256(sources).hexdigest()), 'run "npm run build"'


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js, which reads the script, is not installed")
def test_the_script_is_readable_to_node(tmp_path):
    file = tmp_path / "graphgen.mjs"
    file.write_text(script(), encoding="utf-8")
    checked = subprocess.run(["node", "--check", file], capture_output=True, encoding="utf-8")
    assert checked.stderr == ""
    assert checked.returncode == 0
