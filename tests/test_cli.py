import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from graphgen.cli import main
from graphgen.language.parser import parse
from graphgen.ops.table import OPS
from graphgen.options import OPTIONS, Options
from graphgen.page.element import svg
from graphgen.page.scripts import more_script, script

APPLES = "apple = 100  # 사과 가격\ncount = 2\ntax = 1.1\nsubtotal = apple * count\ntotal = subtotal * tax\n"
PAGE = f'# A page\n\n```graphgen\n{APPLES}```\n\n```graphgen show="forward"\nx = 3\ny = x * x\n```\n'
COMMANDS = ("eval", "render", "verify", "ops", "new", "assets", "play")
NOT_READ = "cannot be read: No such file or directory; check the name"


class Desk:
    """A folder with some files in it, and the command line."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *arguments, given=None, code=0):
        done = CliRunner().invoke(main, list(map(str, arguments)), input=given)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code == code, done.output
        return done

    def fails(self, *arguments, code=2, given=None):
        """The text of a failing command on standard error."""
        done = self.run(*arguments, code=code, given=given)
        assert done.stdout == ""
        return done.stderr.removesuffix("\n")

    def write(self, name, text):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def files(self):
        return sorted(str(file.relative_to(self.folder)) for file in self.folder.rglob("*"))


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path)
    desk.write("shop.graph", APPLES)
    return desk


def test_eval_lists_values_and_gradients(desk):
    assert desk.run("eval", "shop.graph").stdout.splitlines() == [
        "name      value  gradient  exact gradient",
        "apple     100    2.2       11/5",
        "count     2      110       110",
        "tax       1.1    200       200",
        "subtotal  200    1.1       11/10",
        "total     220    1         1",
        "14 numbers, all proved",
    ]


def test_eval_writes_json(desk):
    desk.write("사과.graph", "사과 = 1.1\nv = 사과 * 2 - 1\ny = exp(v)\n")
    (line,) = desk.run("eval", "사과.graph", "--json").stdout.splitlines()
    y = json.loads(line)["values"]["y"]
    assert y == float("3.3201169227365474895307674296016175692788")
    assert json.loads(line) == {
        "file": "사과.graph",
        "output": "y",
        "values": {"사과": 1.1, "v": 1.2, "y": y},
        "gradients": {"사과": 2 * y, "v": y, "y": 1.0},
        "exact_values": {"사과": "11/10", "v": "6/5", "y": "exp(6/5)"},
        "exact_gradients": {"사과": "2*exp(6/5)", "v": "exp(6/5)", "y": "1"},
        "levels": {"proved": 13},
        "verified": True,
    }
    assert '"file": "사과.graph"' in line


def test_eval_writes_null_for_what_is_beyond_the_floats(desk):
    desk.write("far.graph", "x = [1e-300, 1]\na = [1e200, 1]\ny = sum((x * a) * a * a)\n")
    (line,) = desk.run("eval", "far.graph", "--json").stdout.splitlines()
    assert json.loads(line)["gradients"]["x"] == [None, 1.0]


def test_eval_writes_the_formulas_of_arrays(desk):
    desk.write("layer.graph", "z = W @ x + b\nh = tanh(z)\nL = u @ h\n")
    assert desk.run("eval", "layer.graph").stdout.splitlines() == [
        "name  value        gradient",
        "W     W            ∂L/∂z · xᵀ",
        "x     x            Wᵀ · ∂L/∂z",
        "b     b            ∂L/∂z",
        "z     (W @ x) + b  ∂L/∂h ⊙ (1 − h²)",
        "h     tanh(z)      uᵀ",
        "u     u            hᵀ",
        "L     u @ h        1",
        "298 numbers, all proved",
    ]
    desk.write("layer.graph", "y = X @ W\n")
    told = json.loads(desk.run("eval", "layer.graph", "--json", "--upstream", "G").stdout)
    assert told["gradients"] == {"X": "G · Wᵀ", "W": "Xᵀ · G", "y": "G"}
    desk.write("product.graph", "f: function\nt = x + f(x)\ny = f(t) * w\n")
    told = json.loads(desk.run("eval", "product.graph", "--json", "--upstream", "dL/dy").stdout)
    assert told["values"]["y"] == "w*f(t)"
    assert told["gradients"]["w"] == "∂L/∂y*f(t)"


def test_numbers_that_are_not_proved_are_told_apart(desk, monkeypatch):
    monkeypatch.setattr("graphgen.verification.verifier.MAX_OPERATIONS", 1)
    desk.write("net.graph", "w = [0.1, 0.2]\ny = sum(w * w)\n")
    told = json.loads(desk.run("eval", "net.graph", "--json").stdout)
    assert told["values"]["y"] == pytest.approx(0.05)
    assert (told["levels"], told["verified"]) == ({"compared": 16}, False)
    assert told["exact_values"] == told["exact_gradients"] == {"w": None, "y": None}
    assert desk.run("eval", "net.graph").stdout.splitlines() == [
        "name  value       gradient    exact gradient",
        "w     [0.1, 0.2]  [0.2, 0.4]",
        "y     0.05        1",
        "16 numbers, all compared",
    ]
    desk.write("page.md", '```graphgen show="forward"\nx = 1\n```\n')
    told = desk.run("verify", "net.graph", "page.md").stdout
    assert told == "2 diagrams; 17 numbers: 1 proved, 16 compared; 0 faults\n"


def test_eval_reads_several_files(desk):
    desk.write("other.graph", "x = 3\ny = x * x\n")
    lines = desk.run("eval", "shop.graph", "other.graph", "--json").stdout.splitlines()
    assert [json.loads(line)["output"] for line in lines] == ["total", "y"]


def test_eval_reads_standard_input(desk):
    written = desk.run("eval", "-", "--json", given=APPLES).stdout
    assert json.loads(written)["file"] == "-"
    assert json.loads(written)["exact_gradients"]["apple"] == "11/5"


def test_eval_prints_what_came_before_a_fault(desk):
    done = desk.run("eval", "shop.graph", "missing.graph", code=2)
    assert done.stdout.startswith("name ")
    assert done.stderr == f"graphgen: missing.graph {NOT_READ}\n"


def test_render_writes_the_picture(desk):
    desk.run("render", "shop.graph", "-o", "shop.svg", "--show", "forward", "--title", "At the shop")
    written = (desk.folder / "shop.svg").read_text("utf-8")
    assert written == svg(parse(APPLES), Options(show="forward", title="At the shop"))
    assert desk.files() == ["shop.graph", "shop.svg"]


def test_render_refuses_what_is_too_large_before_it_is_verified(desk, monkeypatch):
    monkeypatch.setattr("graphgen.verification.verify", None)
    chain = "x0 = 1\n" + "".join(f"x{i + 1} = sin(x{i})\n" for i in range(2500))
    (desk.folder / "chain.graph").write_text(chain, "utf-8")
    done = desk.run("render", "chain.graph", "-o", "chain.svg", code=2)
    assert done.stderr == (
        "graphgen: the picture has at least 2,501 shapes; "
        "at most 2,500 are drawn: collapse parts of it, by name (collapse) or by depth\n"
    )


def test_render_makes_the_folders_of_its_output(desk):
    desk.run("render", "shop.graph", "-o", "a/b/shop.svg")
    assert ElementTree.fromstring((desk.folder / "a/b/shop.svg").read_bytes()).tag.endswith("svg")


@pytest.mark.parametrize(
    ("arguments", "beginning"),
    [
        (["-o", "-"], '<?xml version="1.0" encoding="UTF-8"?>\n<svg'),
        (["-o", "-", "--format", "dot"], "digraph {"),
        (["-o", "-", "--format", "json"], '{\n "graphgen": 1,'),
    ],
    ids=["svg", "dot", "json"],
)
def test_render_writes_to_standard_output(desk, arguments, beginning):
    written = desk.run("render", "-", *arguments, given=APPLES).stdout
    assert written.startswith(beginning)
    assert "사과 가격" in written
    assert desk.files() == ["shop.graph"]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such modes")
def test_a_file_that_is_written_again_keeps_who_may_read_it(desk):
    file = desk.write("shop.svg", "old")
    file.chmod(0o600)
    desk.run("render", "shop.graph", "-o", "shop.svg")
    assert (file.stat().st_mode & 0o777, file.read_bytes()[:5]) == (0o600, b"<?xml")


def test_render_goes_by_the_ending_of_its_output(desk):
    desk.run("render", "shop.graph", "-o", "shop.dot")
    desk.run("render", "shop.graph", "-o", "shop.json")
    desk.run("render", "shop.graph", "-o", "shop.txt")
    assert [(desk.folder / f"shop.{ending}").read_bytes()[:7] for ending in ("dot", "json", "txt")] == [
        b"digraph",
        b'{\n "gra',
        b"<?xml v",
    ]


def test_render_writes_the_steps(desk):
    desk.run("render", "shop.graph", "-o", "out/shop.svg", "--steps")
    names = [name for name in desk.files() if name.startswith("out/")]
    assert names == [f"out/shop-{number:02}.svg" for number in range(1, len(names) + 1)]
    assert len(names) > 3


def test_render_writes_through_a_link(desk):
    desk.write("real.svg", "old")
    (desk.folder / "link.svg").symlink_to("real.svg")
    desk.run("render", "shop.graph", "-o", "link.svg")
    assert (desk.folder / "link.svg").is_symlink()
    assert (desk.folder / "real.svg").read_text("utf-8").startswith("<?xml")


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="there is no such device")
def test_render_leaves_a_device_a_device(desk):
    desk.run("render", "shop.graph", "-o", "/dev/null")
    assert not os.path.isfile("/dev/null")


VERIFIED = {
    "graph": (["shop.graph"], "1 diagram; 14 numbers, all proved; 0 faults"),
    "page": (["page.md"], "2 diagrams; 16 numbers, all proved; 0 faults"),
    "folder": (["docs"], "3 diagrams; 30 numbers, all proved; 0 faults"),
    "several": (["shop.graph", "page.md", "docs"], "6 diagrams; 60 numbers, all proved; 0 faults"),
    "nothing": (["empty"], "0 diagrams; 0 numbers; 0 faults"),
}


@pytest.mark.parametrize(("paths", "summary"), VERIFIED.values(), ids=VERIFIED)
def test_verify_compares_every_diagram(desk, paths, summary):
    desk.write("page.md", PAGE)
    desk.write("docs/deep/page.markdown", PAGE)
    desk.write("docs/shop.graph", APPLES)
    desk.write("docs/.venv/broken.md", "```graphgen\nx = y.z\n```\n")
    desk.write("docs/notes.txt", "```graphgen\nx = y.z\n```\n")
    desk.write("empty/page.md", "text\n")
    done = desk.run("verify", *paths)
    assert (done.stdout, done.stderr) == (f"{summary}\n", "")


FROM_A_FILE = '```graphgen file="../shared/apples.graph"\n```\n'


@pytest.mark.parametrize("paths", [["docs"], ["docs/make/page.md"]], ids=["the folder", "the page alone"])
def test_verify_reads_the_files_that_fences_name(desk, paths):
    desk.write("docs/shared/apples.graph", APPLES)
    desk.write("docs/make/page.md", FROM_A_FILE)
    done = desk.run("verify", *paths)
    assert done.stdout.startswith(f"{1 + (paths == ['docs'])} diagram")
    desk.write("docs/shared/apples.graph", "y = relo(3)\n")
    told = desk.run("verify", *paths, code=2).stderr.splitlines()
    assert all(line.startswith("graphgen: docs/shared/apples.graph:1:5: 'relo(3)' calls") for line in told)


def test_verify_reads_no_file_outside_the_folder_that_it_was_given(desk):
    desk.write("docs/make/page.md", FROM_A_FILE)
    desk.write("docs/shared/apples.graph", APPLES)
    told = desk.run("verify", "docs/make", code=2).stderr
    assert told.startswith(
        "graphgen: docs/make/page.md:1: file='../shared/apples.graph' does not lie in the docs folder; "
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name")
def test_verify_follows_no_link_out_of_the_folder_and_reads_nothing_but_files(desk):
    desk.write("secret.md", "```graphgen\nroot:x:0:0\n```\n")
    desk.write("elsewhere/secret.graph", "root:x:0:0\n")
    desk.write("docs/page.md", PAGE)
    os.mkfifo(desk.folder / "docs/pipe.md")
    desk.write("docs/large.graph", b"x" * 4_000_001)
    for link, target in (
        ("inside.md", "page.md"),
        ("outside.md", "../secret.md"),
        ("up", ".."),
        ("deep", "../elsewhere"),
        ("nowhere.md", "gone.md"),
        ("zero.md", "/dev/zero"),
    ):
        (desk.folder / "docs" / link).symlink_to(target)
    done = desk.run("verify", "docs", code=2)
    assert done.stdout == "4 diagrams; 32 numbers, all proved; 5 faults\n"
    assert done.stderr.splitlines() == [
        "graphgen: docs/large.graph cannot be read: it has 4,000,001 bytes; at most 4,000,000 are read",
        f"graphgen: docs/nowhere.md {NOT_READ}",
        "graphgen: docs/outside.md is a link out of docs; name the file that it leads to",
        "graphgen: docs/pipe.md cannot be read: it is not a file; check the name",
        "graphgen: docs/zero.md is a link out of docs; name the file that it leads to",
    ]
    assert desk.fails("eval", "docs/large.graph").endswith("is too long; at most 4,000,000 bytes are read")


# What a build server obeys: at the start of a line, or, in its older form, anywhere.
COMMAND = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)
NAMES = (
    "a\n::error::owned.md",
    "a\r::set-env name=x::y.md",
    "\x1b[2J##[error]owned.md",
    "b\x85::warning::c.md",
)


@pytest.mark.skipif(os.name == "nt", reason="no such names are possible")
def test_no_file_name_and_no_source_makes_a_line_of_ours_a_command_to_a_build_server(desk):
    for name in NAMES:
        desk.write(
            f"docs/{name}", '```graphgen title="\r::error::x" name="::error::"\nx = ##vso[task.x]y\n```\n'
        )
        desk.write(f"docs/{name}.graph", "x = y.##[error]z\n'\\n::error::'\n")
        (desk.folder / "docs" / f"link{name}").symlink_to("/etc/hostname")
    told = desk.run("verify", "docs", code=2)
    assert len(told.stderr.splitlines()) == 3 * len(NAMES)
    told = [told.stderr, told.stdout]
    told += [desk.fails("eval", f"docs/{name}.graph") for name in NAMES]
    told += [desk.fails("eval", f"no {name}") for name in NAMES]
    told += [desk.fails("render", "shop.graph", "-o", f"shop.graph/{name}") for name in NAMES]
    told += [desk.fails("new", f"docs/{name}") for name in NAMES]
    told += [desk.run(command, f"::{name}").stdout for name in NAMES for command in ("new", "assets")]
    assert all(line.isprintable() for text in told for line in text.split("\n"))
    assert [text for text in told if COMMAND.search(text)] == []


def test_verify_tells_every_fault_and_goes_on(desk):
    desk.write("docs/a.md", "# A\n\n- list\n\n    ```graphgen\n    x = y.z\n    ```\n")
    desk.write("docs/b.md", f'---\nlang: ko\n---\n\n{PAGE}\n```graphgen shwo="forward"\nx = 1\n```\n')
    desk.write("docs/c.md", "```graphgen show=forward\nx = 1\n```\n\n```graphgen\nx = 1\n")
    desk.write("docs/d.graph", "x = 0\ny = 1 / x\n")
    desk.write("docs/e.md", b"text\n\xff\n")
    done = desk.run("verify", "docs", "missing", "shop.graph", code=2)
    options = ", ".join(option.name for option in OPTIONS)
    assert done.stderr.splitlines() == [
        "graphgen: docs/e.md:2: the text is not UTF-8; save the file as UTF-8",
        f"graphgen: missing {NOT_READ}",
        "graphgen: docs/a.md:6:9: 'y.z' looks inside a value with a dot; use plain names",
        "graphgen: docs/b.md:20: 'shwo' is not an option; did you mean 'show'? the options are " + options,
        "graphgen: docs/c.md:1: 'show=forward' is not readable in the fence's header; "
        'write options as name="value"',
        "graphgen: docs/c.md:5: the fence is not closed; end it with the same marks, indented as it is",
        "graphgen: docs/d.graph:2:5: 'y' (1 / x) at x = 0 has no value; divide is defined for y ≠ 0",
    ]
    assert done.stdout == "8 diagrams; 30 numbers, all proved; 7 faults\n"


UNFIT = {
    "focus": ('focus="z"', "focus='z' is not a named operation; "),
    "highlight": ('highlight="x > w"', "highlight: 'w' is not a name in the graph; "),
    "repeat": ('repeat="z"', "repeat='z' is not an input; "),
    "fold": ('fold="z"', "fold='z' is not an input; "),
    "collapse": ('collapse="z"', "collapse='z' is not a name in the graph; "),
    "a pattern": ('collapse="h_*"', "collapse='h_*' fits no name; "),
    "depth": ('depth="0"', "depth='0' is not known; "),
    "open": ('open="y"', "open='y' is not an operation to open; "),
    "quiz": ('quiz="z"', "quiz='z' is not a name in the graph; "),
    "quiz in symbols": ('quiz="values" values="symbols"', "a picture without numbers asks for none; "),
    "a second name": ('name="first"', "a second diagram on this page is named 'first'; "),
}


@pytest.mark.parametrize(("option", "message"), UNFIT.values(), ids=UNFIT)
def test_verify_finds_what_the_build_finds_of_options(desk, option, message):
    source = "x = 3\ny = x * 2\n```\n"
    desk.write("docs/page.md", f'```graphgen name="first"\n{source}\n```graphgen {option}\n{source}')
    done = desk.run("verify", "docs", code=2)
    assert done.stderr.startswith(f"graphgen: docs/page.md:6: {message}")
    assert done.stdout.endswith("; 1 fault\n")


def test_pages_may_name_diagrams_alike(desk):
    for page in ("a", "b"):
        desk.write(f"docs/{page}.md", '```graphgen name="shop"\nx = 3\n```\n')
    assert desk.run("verify", "docs").stdout.endswith("; 0 faults\n")


def test_a_verification_failure_has_its_own_exit_code(desk, break_vjp):
    break_vjp("multiply")
    desk.write("page.md", PAGE)
    desk.write("bad.graph", "x = y.z\n")
    fault = "the contribution tax → total is 2000 by the op table's rules, 200 by SymPy"
    assert desk.fails("eval", "shop.graph", code=1).startswith(f"graphgen: shop.graph:5:9: {fault}")
    assert desk.fails("render", "shop.graph", "-o", "x.svg", code=1).startswith("graphgen: shop.graph:5:9: ")
    done = desk.run("verify", "page.md", "bad.graph", code=1)
    assert done.stderr.startswith(f"graphgen: page.md:8:9: {fault}")
    assert done.stdout == "3 diagrams; 2 numbers, all proved; 2 faults\n"
    assert "x.svg" not in desk.files()


def test_eval_gives_arrays_as_lists_in_lists(desk):
    desk.write("net.graph", "x = [[1, 2], [3, 4]]\nw = [0.5, 1/3]\nh = x @ w\ny = sum(h * h)\n")
    told = json.loads(desk.run("eval", "net.graph", "--json").stdout)
    assert told["values"]["x"] == [[1.0, 2.0], [3.0, 4.0]]
    assert told["exact_values"]["h"] == ["7/6", "17/6"]
    assert told["exact_gradients"]["w"] == ["58/3", "82/3"]
    assert told["gradients"]["w"] == pytest.approx([58 / 3, 82 / 3])
    assert told["verified"] is True
    listed = desk.run("eval", "net.graph").stdout.splitlines()
    assert re.split(r"  +", listed[1])[:2] == ["x", "[1, 2; 3, 4]"]


def test_eval_of_an_output_that_is_an_array_is_refused(desk):
    desk.write("net.graph", "x = [1, 2]\ny = x * x\n")
    told = desk.fails("eval", "net.graph", code=2)
    assert told.startswith("graphgen: net.graph:2:5: the output 'y' has the shape (2,): it has no gradient; ")


def test_ops_walks_the_table(desk):
    on_entries, on_arrays = (part.splitlines() for part in desk.run("ops").stdout.split("\n\n"))
    assert on_entries[0].split() == ["name", "symbol", "value", "local", "derivatives"]
    assert [row.split()[0] for row in (*on_entries[1:], *on_arrays[1:])] == list(OPS)
    assert ["sqrt", "√", "√x", "∂/∂x", "=", "1/(2√x)"] in [row.split() for row in on_entries]
    assert on_arrays[1].endswith("  ∂L/∂X = G · Yᵀ,  ∂L/∂Y = Xᵀ · G")
    assert any(row.endswith("  ∂/∂x = 2e^(−x²)/√π") for row in on_entries)


def test_new_makes_a_site_that_builds_strictly(desk):
    told = desk.run("new", "course").stdout
    assert told == "ready: cd course && mkdocs serve\n"
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=desk.folder / "course",
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"\d diagrams; \d+ numbers, all proved", done.stderr)
    assert 'class="graphgen"' in (desk.folder / "course/site/index.html").read_text("utf-8")


def test_assets_writes_what_pages_load(desk):
    assert desk.run("assets", "docs/assets").stdout.splitlines() == [
        f"written: {Path('docs/assets', name)}"
        for name in ("graphgen.css", "graphgen.js", "graphgen-more.js")
    ]
    assert ".graphgen-diagram" in (desk.folder / "docs/assets/graphgen.css").read_text("utf-8")
    assert (desk.folder / "docs/assets/graphgen.js").read_text("utf-8") == script()
    assert (desk.folder / "docs/assets/graphgen-more.js").read_text("utf-8") == more_script()


def test_new_takes_an_empty_folder_and_no_other(desk):
    (desk.folder / "empty").mkdir()
    desk.run("new", "empty")
    there = "is there already; name a folder that does not exist yet, or an empty one"
    assert desk.fails("new", "empty") == f"graphgen: empty {there}"
    assert desk.fails("new", "shop.graph") == f"graphgen: shop.graph {there}"
    assert (desk.folder / "shop.graph").read_text("utf-8") == APPLES


FAULTS = {
    "missing file": (["eval", "no.graph"], f"no.graph {NOT_READ}"),
    "folder for a file": (["eval", "."], ". cannot be read: Is a directory; check the name"),
    "missing picture": (["render", "no.graph", "-o", "x.svg"], f"no.graph {NOT_READ}"),
    "not UTF-8": (["eval", "latin.graph"], "latin.graph:2: the text is not UTF-8; save the file as UTF-8"),
    "wrong source": (
        ["eval", "bad.graph"],
        "bad.graph:2:5: 'x.z' looks inside a value with a dot; use plain names",
    ),
    "wrong source to draw": (
        ["render", "bad.graph", "-o", "x.svg"],
        "bad.graph:2:5: 'x.z' looks inside a value with a dot; use plain names",
    ),
    "wrong standard input": (
        ["eval", "-"],
        "standard input:1: the source is empty; write an assignment, as in 'y = x ** 2'",
    ),
    "some numbers": (
        ["eval", "typo.graph"],
        "typo.graph:2:5: 'aple' has no number, while 'apple' has; "
        "did you mean 'apple'? else give it one (aple = 1), or ask for values=symbols",
    ),
    "no gradient": (
        ["render", "edge.graph", "-o", "x.svg"],
        "edge.graph:2:5: 'y' (sqrt(x)) at x = 0 has no finite derivative; sqrt is defined for x ≥ 0 "
        "(differentiable for x > 0); show only the forward pass, or move the input",
    ),
    "wrong option": (
        ["render", "shop.graph", "-o", "x.svg", "--direction", "left"],
        "direction='left' is not known; it takes auto, right, down",
    ),
    "folder for an output": (
        ["render", "shop.graph", "-o", "."],
        ". cannot be written: Is a directory; name another file",
    ),
    "no output": (
        ["render", "shop.graph", "-o", ""],
        ". cannot be written: Is a directory; name another file",
    ),
    "file for a folder": (
        ["render", "shop.graph", "-o", "shop.graph/x.svg"],
        "shop.graph/x.svg cannot be written: Not a directory; name another file",
    ),
    "scale": (
        ["render", "shop.graph", "-o", "x.png", "--scale", "-1"],
        "--scale -1 is not possible; give a number up to 20",
    ),
    "no scale": (
        ["render", "shop.graph", "-o", "x.png", "--scale", "nan"],
        "--scale nan is not possible; give a number up to 20",
    ),
    "steps to nowhere": (
        ["render", "shop.graph", "-o", "-", "--steps"],
        "--steps writes SVG files; name one with -o OUT.svg",
    ),
    "no file to edit": (["play", "page.md"], "page.md is not written in the playground; name a .graph file"),
    "neither page nor graph": (
        ["verify", "notes.txt"],
        "notes.txt is not a page or a graph; give a folder or a file in .md, .markdown, .graph",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_one_line_and_leaves_nothing_behind(desk, arguments, message):
    desk.write("latin.graph", "x = 1\ny = x  # é\n".encode("latin-1"))
    desk.write("bad.graph", "x = 1\ny = x.z\n")
    desk.write("typo.graph", "apple = 100\ny = aple * 2\n")
    desk.write("edge.graph", "x = 0\ny = sqrt(x)\n")
    desk.write("notes.txt", "text\n")
    before = desk.files()
    assert desk.fails(*arguments, given="") == f"graphgen: {message}"
    assert desk.files() == before


def test_a_picture_that_cannot_be_replaced_stays_as_it_was(desk, monkeypatch):
    desk.write("shop.svg", "old")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    message = "graphgen: shop.svg cannot be written: Permission denied; name another file"
    assert desk.fails("render", "shop.graph", "-o", "shop.svg") == message
    assert (desk.folder / "shop.svg").read_text() == "old"
    assert desk.files() == ["shop.graph", "shop.svg"]


def test_a_missing_dot_program_is_told(desk, monkeypatch):
    monkeypatch.setenv("PATH", str(desk.folder))
    assert desk.fails("render", "shop.graph", "-o", "x.svg", "--engine", "system") == (
        "graphgen: the system has no 'dot' program; install Graphviz, or use the embedded engine"
    )


@pytest.mark.parametrize("arguments", [["--help"], *([command, "-h"] for command in COMMANDS)], ids=str)
def test_help_has_an_example_for_each_command(desk, arguments):
    told = desk.run(*arguments).stdout
    if arguments == ["--help"]:
        assert all(re.search(rf"^  {command} ", told, re.MULTILINE) for command in COMMANDS)
    else:
        assert f"Example: graphgen {arguments[0]}" in told


def test_the_examples_of_the_help_run(desk):
    desk.run("eval", "shop.graph", "--json")
    desk.run("render", "shop.graph", "-o", "shop.svg", "--show", "forward backward local")
    desk.write("docs/page.md", PAGE)
    desk.run("verify", "docs", "shop.graph")
    desk.run("new", "course")


def test_the_options_of_a_picture_are_those_of_the_fence_but_for_those_of_pages_alone(desk):
    told = desk.run("render", "--help").stdout
    assert [option.name for option in OPTIONS if f"--{option.name} " not in told] == [
        "phone",
        "strip",
        "file",
    ]


def graphgen(*arguments, cwd, **environment):
    return subprocess.run(
        [sys.executable, "-m", "graphgen", *arguments],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
    )


STREAMS = {
    "a full device": (
        "eval shop.graph > /dev/full",
        "standard output cannot be written: No space left on device; ",
    ),
    "a full device, a picture": (
        "render shop.graph -o - > /dev/full",
        "standard output cannot be written: No space left on device; ",
    ),
    "a file on a full device": (
        "render shop.graph -o /dev/full",
        "/dev/full cannot be written: No space left ",
    ),
    "a closed output": ("eval shop.graph >&-", "standard output cannot be written: it is closed; "),
    "a closed output, a picture": (
        "render shop.graph -o - >&-",
        "standard output cannot be written: it is closed; ",
    ),
    "a closed input": ("eval - <&-", "standard input cannot be read: it is closed; "),
    "an endless input": ("eval - < /dev/zero", "standard input is too long; "),
    "an endless file": ("eval /dev/zero", "/dev/zero is too long; "),
    "a link to nowhere": ("new nowhere", "nowhere is there already; "),
    "a folder of others": (
        "new locked/course",
        "locked/course/mkdocs.yml cannot be written: Permission denied; ",
    ),
    "a picture for others": (
        "render shop.graph -o locked/deep/x.svg",
        "locked/deep/x.svg cannot be written: Permission denied; ",
    ),
    "steps into a folder": ("render shop.graph --steps -o .", "--steps writes SVG files; "),
    "a place that takes no files": ("assets /proc/assets", "/proc/assets/graphgen.css cannot be written: "),
}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no such device")
@pytest.mark.parametrize(("command", "message"), STREAMS.values(), ids=STREAMS)
def test_a_stream_or_folder_that_cannot_be_used_is_one_line(desk, command, message):
    if "locked" in command and not os.geteuid():
        pytest.skip("root may write anywhere")
    (desk.folder / "nowhere").symlink_to("gone/deep")
    (desk.folder / "locked").mkdir(0o555)
    before = desk.files()
    program = f"{sys.executable} -m graphgen {command}"
    done = subprocess.run(program, shell=True, cwd=desk.folder, capture_output=True, encoding="utf-8")
    assert done.stderr.startswith(f"graphgen: {message}")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert desk.files() == before


def test_a_reader_that_has_had_enough_is_no_fault(desk):
    command = [sys.executable, "-m", "graphgen", "render", "shop.graph", "-o", "-"]
    with subprocess.Popen(
        command, cwd=desk.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as running:
        assert running.stdout.read(1) == b"<"
        running.stdout.close()
        assert running.stderr.read() == b""


def test_all_of_several_files_are_written_or_none(desk, monkeypatch):
    written = Path.replace

    def refuse(self, target):
        if target.name.endswith(("index.md", ".js", "-03.svg")):
            raise PermissionError(13, "Permission denied")
        return written(self, target)

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    before = desk.files()
    for command in (
        ["new", "course"],
        ["assets", "a/b"],
        ["render", "shop.graph", "--steps", "-o", "c/s.svg"],
    ):
        assert "cannot be written: Permission denied" in desk.fails(*command)
        assert desk.files() == before


@pytest.mark.parametrize("kind", [ZeroDivisionError, MemoryError, RecursionError, OverflowError, ValueError])
@pytest.mark.parametrize("command", [["eval"], ["render", "-o", "x.svg"], ["verify"]], ids=" ".join)
def test_what_an_engine_raises_is_one_line(desk, monkeypatch, command, kind):
    def fail(*_, **__):
        raise kind("oh\nno")

    monkeypatch.setattr("graphgen.verification.verify", fail)
    monkeypatch.setattr("graphgen.drawing.picture", fail)
    desk.write("page.md", PAGE)
    file = "page.md" if command == ["verify"] else "shop.graph"
    told = desk.run(*command, file, code=2).stderr
    message = f"graphgen failed on this source: {kind.__name__}: oh no; please report it with the source"
    lines = [f"page.md:{line}" for line in (3, 11)] if command == ["verify"] else ["shop.graph:1"]
    assert told.splitlines() == [f"graphgen: {at}: {message}" for at in lines]


def test_the_module_is_the_program(desk):
    done = graphgen("eval", "shop.graph", "bad\udcff.graph", cwd=desk.folder)
    assert (done.returncode, b"total     220    1         1" in done.stdout) == (2, True)
    assert done.stderr.decode() == f"graphgen: bad\\udcff.graph {NOT_READ}\n"


@pytest.mark.parametrize("encoding", ["latin-1", "cp949"])
def test_what_is_piped_is_utf_8_whatever_the_locale(desk, encoding):
    desk.write("사과.graph", "é = 1\n사과 = 𝑥 + é")
    desk.write("x.graph", "사과 = 3\ny = 사과 * 2\n")
    done = graphgen("eval", "x.graph", "--json", cwd=desk.folder, PYTHONIOENCODING=encoding)
    assert json.loads(done.stdout.decode())["values"] == {"사과": 3.0, "y": 6.0}
    done = graphgen("eval", "사과.graph", cwd=desk.folder, PYTHONIOENCODING=encoding)
    assert done.stderr.decode().startswith("graphgen: 사과.graph:2:6: '𝑥' has no number, while 'é' has")


def test_an_option_that_is_no_text_is_drawn_as_a_replacement_sign(desk):
    done = graphgen("render", "shop.graph", "-o", "-", "--title", "a\udcff\x01", cwd=desk.folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert ElementTree.fromstring(done.stdout)[0].text == "a\ufffd\ufffd"


DEAD = "a = 1\nb = 2\nloss = (a * b - 3) ** 2\naccuracy = a + b\n"


@pytest.mark.parametrize("command", ["eval x.graph", "verify x.graph", "render x.graph -o x.svg"])
def test_a_result_that_leads_nowhere_is_a_warning(desk, command):
    desk.write("x.graph", DEAD)
    done = desk.run(*command.split())
    assert done.exit_code == 0
    assert (
        done.stderr == "graphgen: x.graph:3: 'loss' leads nowhere; leave it out, or make it the last line\n"
    )


def test_verify_says_where_on_a_page_a_result_leads_nowhere(desk):
    desk.write("page.md", f"Words.\n\n```graphgen\n{DEAD}```\n")
    done = desk.run("verify", "page.md")
    assert (done.exit_code, done.stderr.partition(";")[0]) == (0, "graphgen: page.md:6: 'loss' leads nowhere")


def test_eval_prints_the_formulas_of_a_graph_in_symbols(desk):
    desk.write("x.graph", "x: data\nt = x + y\nz = t ** 2\n")
    listed = desk.run("eval", "x.graph").stdout.splitlines()
    assert [line.split("  ")[0] for line in listed] == ["name", "x", "y", "t", "z", "24 numbers, all proved"]
    found = json.loads(desk.run("eval", "--json", "x.graph").stdout)
    assert found["values"] == {"x": "x", "y": "y", "t": "x + y", "z": "(x + y)**2"}
    assert found["gradients"] == {"y": "2*x + 2*y", "t": "2*x + 2*y", "z": "1"}
