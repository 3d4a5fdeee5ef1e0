"""Compare the kept pictures, in tests/golden/ and docs/assets/steps/, with what is drawn now.

Writes build/golden.html, a page with every picture that has changed, old beside new, and exits with 1
where there is one. Look at the page, then run it again with --update.
"""

from __future__ import annotations

import argparse
import html
import sys
from base64 import b64encode
from pathlib import Path

from graphgen.drawing import Picture, picture
from graphgen.language import parse
from graphgen.options import Options
from graphgen.page import standalone, step_files

ROOT = Path(__file__).resolve().parent.parent
GOLDEN, STEPS = "tests/golden", "docs/assets/steps"
PAGE = ROOT / "build" / "golden.html"

APPLES = """
apple = 100  # apple price
count = 2    # number of apples
tax = 1.1
subtotal = apple * count
total = subtotal * tax
"""
APPLES_IN_KOREAN = """
apple = 100  # 사과 가격
count = 2    # 사과 개수
tax = 1.1    # 소비세
subtotal = apple * count  # 소계
total = subtotal * tax    # 지불 금액
"""
PURCHASES = """
apple = 100  # 사과 가격
count = 2    # 사과 개수
bread = 20
milk = 30
other = bread * 3 + milk * 2  # 다른 물건들
total = (apple * count + other) * 1.1  # 지불 금액
"""
SQUARE = "t = x + y\nz = t ** 2"
FAN_OUT = "x = 3\ny = x * x + x"
RECURRENCE = "w = 0.5\nh_0 = 1\n" + "\n".join(f"h_{t} = tanh(w * h_{t - 1})" for t in range(1, 7))
NEURON = "w = 2\nx = -1\nb = -3\ny = 1 / (1 + exp(-1 * (w * x + b)))"
WEIGHTED = "x_1: data = 2\nx_2: data = 0\nw_1 = -3\nw_2 = 1\nb = 6.7\ny = sigmoid(w_1 * x_1 + w_2 * x_2 + b)"
CURVED = "w = 1.5\nx = 0.8\nh = relu(w * x - 0.4)\ny = sigmoid(h - 1)"
MATRICES = "W = [[0.1, 0.5], [-0.3, 0.8]]\nx = [[0.2], [-0.4]]\nf = sum((W @ x) ** 2)"
KINDS = {
    "forward-backward": (APPLES, {}),
    "forward": (APPLES, {"show": "forward"}),
    "folded": (APPLES, {"show": "forward", "fold": "count tax"}),
    "local": (APPLES, {"show": "forward backward local"}),
    "products": (SQUARE, {"values": "products"}),
    "symbols": (SQUARE, {"show": "forward backward local"}),
    "focus": (APPLES, {"focus": "subtotal"}),
    "fan-out": (FAN_OUT, {}),
    "curves": (CURVED, {"curves": "yes", "digits": "3"}),
    "joined-sum": (WEIGHTED, {"sums": "joined", "digits": "3"}),
    "weights": (WEIGHTED, {"weights": "w_* b", "sums": "joined", "digits": "3"}),
    "far-uses": (RECURRENCE, {"digits": "2", "direction": "right"}),
    "rows": (NEURON, {"digits": "4", "width": "400"}),
    "collapsed": (PURCHASES, {"collapse": "other", "language": "ko"}),
    "kinks": ("a = 3\nb = 3\ny = max(a, b)\nz = y + relu(y - 3)", {}),
    "highlight": (FAN_OUT, {"highlight": "+x"}),
    "down": (APPLES, {"direction": "down"}),
    "matrices": (MATRICES, {}),
    "formula": (
        r"g = 1300  # upstream $\frac{\partial L}{\partial z_1}$" + "\nd = g * 2",
        {"thousands": "yes"},
    ),
}


def drawn() -> dict[str, str]:
    """Every kept file's content by its path: each kind of picture as SVG and as DOT, and steps as SVG."""
    texts = {}
    for kind, (source, options) in KINDS.items():
        shown = picture_of(source, options)
        texts[f"{GOLDEN}/{kind}.svg"] = standalone(shown)
        texts[f"{GOLDEN}/{kind}.dot"] = shown.dot().source
    return texts | steps("apples", APPLES, {}) | steps("apples-ko", APPLES_IN_KOREAN, {"language": "ko"})


def steps(name: str, source: str, options: dict[str, str]) -> dict[str, str]:
    """The steps of a picture, as the gallery of a language shows them."""
    texts = enumerate(step_files(picture_of(source, options)), 1)
    return {f"{STEPS}/{name}-{number:02}.svg": text for number, text in texts}


def picture_of(source: str, options: dict[str, str]) -> Picture:
    return picture(parse(source), Options.read(options))


def kept() -> dict[str, str]:
    files = (file for folder in (GOLDEN, STEPS) for file in sorted((ROOT / folder).iterdir()))
    return {file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in files}


def page(changed: list[str], before: dict[str, str], after: dict[str, str]) -> str:
    """The changes as HTML, old beside new: SVG as a picture, DOT as text."""
    rows = "".join(f"<h2>{name}</h2><div>{shown(name, before)}{shown(name, after)}</div>" for name in changed)
    style = "div { display: grid; grid-template-columns: 1fr 1fr; gap: 2em } img, pre { max-width: 100% }"
    return f"<!doctype html><meta charset='utf-8'><title>Golden pictures</title><style>{style}</style>{rows}"


def shown(name: str, texts: dict[str, str]) -> str:
    text = texts.get(name, "")
    if name.endswith(".dot"):
        return f"<pre>{html.escape(text)}</pre>"
    return f'<img alt="" src="data:image/svg+xml;base64,{b64encode(text.encode()).decode()}">'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="write the pictures as they are drawn now")
    update = parser.parse_args().update
    before, after = kept(), drawn()
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    for name in changed:
        print(f"changed: {name}")
    if update:
        for name in changed:
            if name in after:
                (ROOT / name).write_text(after[name], encoding="utf-8", newline="\n")
            else:
                (ROOT / name).unlink()
    elif changed:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(changed, before, after), encoding="utf-8")
        print(f"see {PAGE.relative_to(ROOT)}")
    return 1 if changed and not update else 0


if __name__ == "__main__":
    sys.exit(main())
