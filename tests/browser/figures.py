"""Small pictures of every kind, on pages of their own."""

import re
from pathlib import Path

from markdown import Markdown

from graphgen.drawing.pictures import picture
from graphgen.frameworks import load
from graphgen.integrations.markdown import accept, quote
from graphgen.integrations.markdown import fence as fenced
from graphgen.language.parser import parse
from graphgen.options import Options
from graphgen.page.embed import figure
from graphgen.page.scripts import module, more_script, script, style

FIGURES = {
    "shop": (
        "apple = 100  # apple price {50..200 step 10}\ncount = 2\ntax = 1.1\ntotal = apple * count * tax",
        {},
    ),
    "twice": (
        "apple = 100  # apple price\ncount = 2  # number of apples\nsubtotal = apple * count\n"
        "tax = 1.1\ntotal = subtotal * tax  # what is paid",
        {"phone": "yes"},
    ),
    "curve": ("x = 3\nz = x ** 2", {}),
    "fan": ("x = 3\na = x * 2\nb = x + 1\nz = a * b", {"show": "forward backward local"}),
    "kink": ("x = 2\nz = relu(x)", {}),
    "cancelling": ("x = 2\nz = relu(x) - relu(-x)", {}),
    "cancellingentry": ("x = [3, -1]\nz = sum(relu(x) - relu(-x))", {}),
    "extremes": ("x = [3, 1, 5]\nz = amin(x) + amax(x[:2])", {}),
    "log": ("x = 1\nz = log(x)", {}),
    "divide": ("x = 1\ny = 2\nz = x / y", {}),
    "faint": ("x = 2\ny = sigmoid(x)\nz = 1 - y", {}),
    "cancels": ("x = 2\ny = 2\nz = x - y", {}),
    "symbols": ("t = x + y\nz = t ** 2", {}),
    "quiz": ("x = 3\na = x * 2\nb = x + 1\nz = a * b", {"quiz": "gradients"}),
    "quizval": ("x = 3\ny = 4\nz = x * y", {"quiz": "z"}),
    "quizlabels": (
        "apple = 100\ncount = 2  # 사과 개수\ntotal = apple * count  # 합계",
        {"quiz": "gradients", "language": "ko"},
    ),
    "korean": ("apple = 100  # 사과 가격\ntotal = apple * 1.1", {"language": "ko"}),
    "fold": ("x = 3\nn = 2\nz = x ** n", {"fold": "constants n"}),
    "focus": ("x = 3\nt = x * 2\nz = t ** 2", {"focus": "t"}),
    "part": ("x = 3\nh1 = x * x\nh2 = h1 + x\nz = h2 * x", {"collapse": "h*", "digits": "3"}),
    "down": ("x = 1234567\nz = x + 0.5", {"direction": "down", "thousands": "yes"}),
    "wide": ("x = 1\n" + "\n".join(f"h{n} = {f'h{n - 1}' if n else 'x'} + x" for n in range(20)), {}),
    "high": (
        "x = 1\n" + "\n".join(f"h{n} = {f'h{n - 1}' if n else 'x'} * 2" for n in range(12)),
        {"direction": "down"},
    ),
    "linked": (
        "apple = 100  # [apple price](fan.html) {50..200 step 10}\n"
        "count = 2  # number\n"
        "sold = apple * count  # [사과를 산 값](curve.html#top)\n"
        "total = sold * 1.1  # [payment](https://example.org/)",
        {},
    ),
    "broad": ("\n".join(("x = 1", "a = sin(x)", "b = cos(a)", "c = tan(b)", "d = exp(c)", "e = log(d)")), {}),
    "forward": ("x = 3\nz = exp(x)", {"show": "forward"}),
    "weights": (
        "x: data = 0.5\nw = -1.5\nu = 2\nb = 0.25\n"
        "h = tanh(w * x + b)\nz = relu(u * h + w * x + b)\ny = z * h",
        {"weights": "w u b", "sums": "joined", "curves": "yes", "digits": "3"},
    ),
    "product": (
        "x = [[1, 2], [3, 4.5]]\nw = [[1, -1, 2], [0.5, 2, 1]]\nb = [1, 2, 3]\n"
        "h = x @ w + b\np = softmax(h)\ny = sum(p * h)",
        {"show": "forward backward local"},
    ),
    "narrow": (
        "x = [0.123, 0.456, -0.789, 1.25]\nv = [1.25, 2.5, 3.125, 4.5, 5.25, 6.125]\nm = x - mean(x)\n"
        "y = sum(m / sqrt(mean(m ** 2)) * exp(m)) * sum(v * v / 3)",
        {"phone": "yes", "repeat": "none"},
    ),
    "layers": (
        "x: data = [[1, 2, -1]]\nw = [[1, 0.5], [-1, 2], [0.25, 1]]\nb = [0.1, -0.2]\nt: data = [[0, 1]]\n"
        "h = relu(linear(x, w.T, b))  # hidden\nL = mean_squared_error(h, t)  # loss",
        {"language": "ko"},
    ),
    "running": ("x = [2, -1, 3]\ny = sum(cumsum(x) * cumprod(x))", {"show": "forward backward local"}),
    "sorting": ("x = [3, 1, 2]\ny = sum(sort(x) * [1, 10, 100]) + amax(x)", {}),
    "contracted": (
        "x = [[1, 2], [3, 4]]\nw = [[0.5, -1], [2, 1]]\nh = einsum('ij,kj->ik', x, w)\n"
        "y = sum(index_put(h, [7, 8], at=((0, 1), (1, 0))) * h)",
        {"show": "forward backward local"},
    ),
    "convolved": (
        "x = [[[[1, 2, 0], [0, 1, 3], [2, -1, 1]]]]\nk = [[[[1, -1], [0.5, 2]]]]\n"
        "a = reshape(conv2d(x, k, [0.5]), (2, 2))\ny = sum(a * a) + sum(max_pool2d(x, kernel=2, stride=1))",
        {},
    ),
    "labels": ("x = [[1, 2, -1], [0.5, 0, 3]]\nc: data = [1, 2]\ny = softmax_cross_entropy(x, c)", {}),
    "unbounded": ("x = [0, 0, 0, 0, 0, 0, 0, 0]\nh = exp(x)\ny = sum(h)", {}),
    "large": (
        "x = [["
        + "], [".join(", ".join(str((3 * i + 5 * j) % 11 - 5) for j in range(8)) for i in range(6))
        + "]]\nw = ["
        + ", ".join(str(n - 3) for n in range(8))
        + "]\nh = tanh(x @ w / 20)\ny = mean(h * h)",
        {},
    ),
    "named": ("f: function\nx = f(w)\ny = f(x)\nz = x * y", {"show": "forward backward local"}),
    "seeded": ("x = 3\nt = relu(x) * 2\ny = t * x", {"upstream": "2.5", "show": "forward backward local"}),
    "seed": ("x = 3\nt = x * 2\ny = t * x", {"upstream": "dJ/dy"}),
    "seededarrays": ("x = [1, 2]\nw = [0.5, -1]\ny = x * w", {"upstream": "[1, -1.5]"}),
    "arrays": ("x = [1, 2]\nw = [3, 4]\nh = x * w\ny = sum(h)", {"quiz": "gradients"}),
}

PICTURES = {id: picture(parse(source), Options.read(options)) for id, (source, options) in FIGURES.items()}
PAGES = {"all": tuple(FIGURES), "several": ("shop", "fan", "linked", "quiz"), **{id: (id,) for id in FIGURES}}
TOWER = Path(__file__).parents[1] / "frameworks" / "captured" / "tower.json"
PICTURES["tower"] = picture(load(TOWER), Options(modules="1"))
PAGES["modules"] = ["tower"]
# What a theme adds to a page in the dark.
DARK = """
[data-md-color-scheme="slate"] { --md-default-bg-color: #1e2129; background: #1e2129; color: #e2e4e9; }
"""

PARTS = "(await import('./parts.js'))"
"""The parts of the script, in a page of `offer_parts`."""


def offer_parts(page):
    """Lets tests call what the script of a page keeps to itself."""
    page.route("**/parts.js", lambda route: route.fulfill(body=module(), content_type="text/javascript"))


def together():
    """A picture beside its source, and a number quoted from it, as Markdown makes them."""
    fence = '```graphgen source="yes" name="t"\nx = 3\na = x * 2\nz = a * x\n```\n'
    text = f"{fence}\nIt is `#!graphgen t.value(a)`."
    made = Markdown(
        extensions=["pymdownx.superfences", "pymdownx.highlight", "pymdownx.inlinehilite"],
        extension_configs={
            "pymdownx.superfences": {
                "custom_fences": [{"name": "graphgen", "class": "", "format": fenced, "validator": accept}]
            },
            "pymdownx.inlinehilite": {"custom_inline": [{"name": "graphgen", "class": "", "format": quote}]},
        },
    ).convert(text)
    (id,) = set(re.findall(r'<figure class="graphgen" id="([^"]+)"', made))
    return made.replace(id, "together")


def write_pages(folder):
    """Pages without a theme, one for each figure and some for several, that need nothing inline."""
    folder.joinpath("graphgen.js").write_text(script(), encoding="utf-8")
    folder.joinpath("graphgen-more.js").write_text(more_script(), encoding="utf-8")
    folder.joinpath("graphgen.css").write_text(style() + DARK, encoding="utf-8")
    bodies = {name: "\n".join(figure(PICTURES[id], id) for id in ids) for name, ids in PAGES.items()}
    for name, body in (*bodies.items(), ("together", together())):
        folder.joinpath(f"{name}.html").write_text(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Live</title>'
            '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
            f'<link rel="stylesheet" href="graphgen.css"></head><body><main><h1>Live</h1>{body}</main>'
            '<script defer src="graphgen.js"></script></body></html>',
            encoding="utf-8",
        )
