"""The generated parts of the site: each follows from the code, and nothing of the code is left out."""

import ast
import dataclasses
import html
import re
from pathlib import Path
from urllib.parse import unquote

import command_page
import fault_page
import hooks
import korean
import measured_page
import operation_page
import option_page
import pytest
import schema_page
from catalogues import catalogue

import graphgen
from graphgen.autodiff import backward, forward
from graphgen.errors import SourceError, VerificationError
from graphgen.integrations.pages import entry_of
from graphgen.language import parse
from graphgen.ops.table import OPS
from graphgen.options import OPTIONS

LANGUAGES = ["en", "ko"]
PACKAGE = Path(graphgen.__file__).parent
KINDS = {
    *("GraphgenError", "SourceError", "EvaluationError", "VerificationError", "OptionError", "RenderError"),
    "fault_at",
}
UNREACHED = {
    "the fence was not read",
    "the closed forms are not found after .* seconds",
    "an operation has another shape in graphgen than in PyTorch",
    "graphgen followed the function in another way than PyTorch ran it: .*",
}
"""Guards against what no source, option or command is known to bring about."""


def faults():
    return [fault for group in catalogue(fault_page.FAULTS) for fault in group["faults"]]


def raised():
    """The message of every error that the package raises, as a pattern, with its module and line."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and name_of(node.func) in KINDS:
                for argument in node.args:
                    pattern = pattern_of(argument)
                    if len(re.sub(r"\.\*|\\", "", pattern)) > 3:
                        yield pytest.param(pattern, id=f"{file.stem}:{node.lineno}")
                        break


def name_of(function):
    return getattr(function, "id", getattr(function, "attr", ""))


def pattern_of(node):
    match node:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(map(pattern_of, parts))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return pattern_of(left) + pattern_of(right)
    return ".*"


def plain(found):
    return found.values[0].replace("\\", "")


@pytest.fixture(scope="module")
def messages():
    return [fault_page.message(fault) for fault in faults()]


@pytest.mark.parametrize("pattern", [found for found in raised() if plain(found) not in UNREACHED])
def test_every_message_is_on_the_troubleshooting_page(messages, pattern):
    assert any(re.search(pattern, message) for message in messages), pattern


def test_the_patterns_of_messages_are_found():
    patterns = [parameter.values[0] for parameter in raised()]
    assert len(patterns) > 80
    assert r"the\ source\ is\ empty" in patterns
    assert set(map(plain, raised())) >= UNREACHED


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: str(next(iter(fault.values())))[:40])
def test_a_fault_is_told_in_korean(fault):
    assert re.search("[가-힣]", fault["ko"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_faults_shows_what_was_run(language):
    page = html.unescape(fault_page.faults(language))
    assert "docs/page.md:3:5: 'relo(x)' calls the unknown function 'relo'; did you mean 'relu'?" in page
    assert "is 1000 by the op table's rules, 100 by SymPy" in page


def test_the_link_of_an_error_finds_its_entry_on_the_page(messages):
    """The words that a link looks for stand on the page first in a message."""
    page = " ".join(html.unescape(re.sub("<.?div.*?>", "", fault_page.faults("en"))).lower().split())
    explained = [said.partition(": ")[2].partition("; ")[0] for said in messages if said.startswith("docs/")]
    words = {unquote(entry_of(SourceError(message)).rpartition("=")[2]).lower() for message in explained}
    astray = {one for one in words if "<p class='fault'>" not in page[: page.find(one)].rpartition("</p>")[2]}
    assert len(words) > 100
    assert astray <= {"is a function", "names"}


def test_a_fault_without_a_message_is_refused():
    with pytest.raises(ValueError, match="no message comes of"):
        fault_page.message({"source": "x = 3"})


def test_a_broken_rule_is_mended_afterwards():
    def slope():
        return backward(forward(parse("x = 3\ny = x * 2"))).gradients["x"]

    with fault_page.broken("multiply"):
        assert slope() == 20.0
    assert slope() == 2.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_operation_has_its_section(language):
    page = operation_page.operations(language)
    for op in OPS.values():
        heading = f"\n## {op.name.replace('_', '_<wbr>')} {{#{op.name}}}\n"
        assert heading in page
        section = page.partition(heading)[2].partition("\n## ")[0]
        assert op.reads[language].partition("{}")[0] in section
        assert "```graphgen" in section


def test_the_local_derivatives_are_those_that_sympy_derives():
    facts = dict(operation_page.facts(OPS["divide"], "en"))
    assert facts["Local derivative with respect to y"] == operation_page.math(
        r"\frac{\partial z}{\partial y} = - \frac{x}{y^{2}}", "en"
    )
    assert facts["Domain"] == "<em>y</em> ≠ 0"


def test_a_formula_can_be_read_in_the_size_of_the_text():
    clip = dict(operation_page.facts(OPS["clip"], "en"))
    assert clip["Value"] == operation_page.math(
        r"v = \begin{cases} z & \text{for}\: x > z \vee y > z \\y & \text{for}\: x < y \\"
        r"x & \text{otherwise} \end{cases}",
        "en",
    )
    value, inner = dict(operation_page.facts(OPS["gelu_tanh"], "en"))["Value"].split("<br>")
    assert value == operation_page.math(r"z = \frac{x}{1 + e^{- u}}", "en")
    assert "0.044715" in inner


@pytest.mark.parametrize(
    ("name", "operand", "formula"),
    [
        ("affine", "z", r"\mathbf{1}^{T} G"),
        ("sum", "x", r"g \mathbf{1}"),
        ("softmax_cross_entropy", "x", r"\frac{g}{n} \left(- Y + \operatorname{softmax}(X)\right)"),
    ],
)
def test_a_rule_over_matrices_tells_ones_from_a_number_and_words_from_letters(name, operand, formula):
    facts = dict(operation_page.facts(OPS[name], "en"))
    assert facts[f"Sent back to {operand}"] == operation_page.math(formula, "en")


@pytest.mark.parametrize("op", OPS.values(), ids=repr)
def test_an_operation_is_proved_at_all_its_points(op):
    numbers, points = operation_page.proof(op)
    assert points == len(op.points) * len(op.variants)
    assert numbers >= points * (1 + op.arity)


def test_an_operation_that_is_wrong_has_no_page(monkeypatch):
    wrong = dataclasses.replace(OPS["tan"], vjps=("2 * g",))
    monkeypatch.setattr("graphgen.graph.node.OPS", {**OPS, "tan": wrong})
    with pytest.raises(VerificationError, match="check the op table's row 'tan'"):
        operation_page.proof(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_has_an_example(language):
    page = option_page.options(language)
    for option in OPTIONS:
        section = page.partition(f"## {option.name} {{#{option.name}}}")[2].partition("\n## ")[0]
        shown = f' {option.name}="' if option.name not in ("source", "open") else "```graphgen"
        assert shown in section


@pytest.mark.parametrize(("language", "other"), [("en", "ko"), ("ko", "en")])
def test_the_example_of_a_language_is_in_another_than_its_page(language, other):
    assert f'```graphgen language="{other}"' in option_page.options(language)


def test_a_plain_name_is_told_beside_korean_labels():
    assert korean.labelled("tax = 1.1  # tax\ntotal = tax * x\ny = total", "ko") == (
        "tax = 1.1  # 소비세\ntotal = tax * x  # 지불 금액\ny = total"
    )
    assert korean.labelled("total = tax * x", "en") == "total = tax * x"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_flag_is_on_its_page(language):
    page = command_page.commands(language)
    for name, command in command_page.main.commands.items():
        section = page.partition(f"## graphgen {name} {{")[2].partition("\n## ")[0]
        flags = [flag for parameter in command.params for flag in parameter.opts if flag.startswith("-")]
        assert [flag for flag in flags if f"`{flag}`" not in section] == []


def test_a_sentence_without_korean_is_refused():
    with pytest.raises(ValueError, match=r"korean.yml has no Korean for 'all the best'"):
        korean.said("all the best", "ko")


def test_no_korean_is_left_over():
    needed = []
    said = korean.said
    pages = (operation_page, option_page, command_page, schema_page, measured_page)

    def note(text, language):
        needed.append(text)
        return said(text, language)

    with pytest.MonkeyPatch.context() as patch:
        for module in (korean, *pages):
            patch.setattr(module, "said", note)
        for page in (
            operation_page.operations,
            option_page.options,
            command_page.commands,
            schema_page.schema,
            measured_page.speed_of_sites,
            measured_page.speed_of_engines,
            measured_page.speed_of_captures,
            measured_page.agreement,
            measured_page.published,
            measured_page.truth,
            measured_page.fuzzing,
        ):
            page("ko")
    assert sorted(set(catalogue(korean.CATALOGUE)) - set(needed)) == []


def test_a_mark_that_nothing_generates_is_refused():
    with pytest.raises(KeyError):
        hooks.generated("[[operatoins]]", "en")


@pytest.mark.parametrize(
    ("code", "held"),
    [
        ("<code>--strict</code>", '<code class="unbroken">--strict</code>'),
        ("<code>pip install '.[png]'</code>", "<code class=\"unbroken\">pip install '.[png]'</code>"),
        ("<code>ones(2, 3)</code>", '<code class="unbroken">ones(2, 3)</code>'),
        ("<code>x</code>", "<code>x</code>"),
        (
            "<code>scripts/measure/train_network.py</code>",
            "<code>scripts/<wbr>measure/<wbr>train_network.py</code>",
        ),
        (
            "<code>graphgen render apples.graph --steps</code>",
            '<code>graphgen render apples.graph <span class="unbroken">--steps</span></code>',
        ),
    ],
)
def test_short_code_and_flags_are_not_broken(code, held):
    assert hooks.on_page_content(f"<p>{code}</p>", None, None, None) == f"<p>{held}</p>"


def test_a_derivative_in_a_sentence_is_not_broken():
    html = "<p>times ∂<em>L</em>/∂<em>Y</em>, ∂total/∂apple</p>"
    broken_nowhere = '<span class="unbroken">∂<em>L</em>/∂<em>Y</em></span>'
    assert hooks.on_page_content(html, None, None, None) == f"<p>times {broken_nowhere}, ∂total/∂apple</p>"


def test_latex_between_two_lines_of_dollars_is_a_formula():
    page = hooks.generated("The rule:\n\n$$\nx^2\n$$\n\nAnd 2 $$ a piece.", "en")
    before, formula, after = page.split("\n\n")
    assert re.fullmatch(r'<math [^>]*display="block">.*<msup>.*</math>', formula)
    assert (before, after) == ("The rule:", "And 2 $$ a piece.")
