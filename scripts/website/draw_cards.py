"""Draw the cards that other sites show beside a link to ours: docs/assets/card-en.png and card-ko.png.

Run it in an environment that has the extra `png`, on a system with Korean letters. The letters are the
system's, so the files may differ a little from one system to another.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

import vl_convert

import graphgen
from graphgen.drawing import FONT
from graphgen.page import standalone

ASSETS = Path(__file__).resolve().parents[2] / "docs" / "assets"
SIZE = (1200, 630)
MARGIN = 80
LETTERS = "Noto Sans CJK KR, sans-serif"
SOURCE = """
apple = 100  # {}
count = 2    # {}
tax = 1.1    # {}
total = apple * count * tax  # {}
"""
CARDS = {
    "en": (
        "Computational graphs",
        "you can read and trust",
        "apple price",
        "number of apples",
        "tax",
        "total",
    ),
    "ko": ("읽고 믿을 수 있는", "계산 그래프", "사과 가격", "사과 개수", "소비세", "지불 금액"),
}


def main() -> None:
    for language in CARDS:
        file = ASSETS / f"card-{language}.png"
        file.write_bytes(vl_convert.svg_to_png(card(language), scale=1.0))
        print(f"written: {file.name}")


def card(language: str) -> str:
    """The card as SVG: the name with its two arrows, what it is, and a picture as the site has them."""
    first, second, *labels = CARDS[language]
    graph = graphgen.parse(SOURCE.format(*labels))
    picture = standalone(graphgen.picture(graph, graphgen.Options(language=language)), styled=False)
    width, height = SIZE[0] - 2 * MARGIN, 270
    size = f'x="{MARGIN}" y="310" width="{width}" height="{height}" preserveAspectRatio="xMinYMid"'
    placed = re.sub(r'(<svg .*?) width="[\d.]+" height="[\d.]+"', rf"\1 {size}", picture, count=1)
    placed = placed.replace('fill="#ffffff"', 'fill="#fdfcfa"', 1).replace(FONT, LETTERS)
    words = "".join(
        f'<text x="{MARGIN}" y="{y}">{html.escape(line)}</text>' for y, line in ((190, first), (268, second))
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE[0]}" height="{SIZE[1]}"
  font-family="{LETTERS}" fill="#1f2933">
  <rect width="100%" height="100%" fill="#fdfcfa"/>
  <g transform="translate({MARGIN} 62) scale(1.5)">
    <path d="M3 11h22" stroke="#1f2933" stroke-width="1.8"/><path d="M24 7.5 31 11l-7 3.5z"/>
    <path d="M29 21H8" stroke="#b3124f" stroke-width="4"/><path d="M9.5 15.5 1 21l8.5 5.5z" fill="#b3124f"/>
  </g>
  <text x="{MARGIN + 64}" y="97" font-size="34" font-weight="bold">graphgen</text>
  <g font-size="68" font-weight="bold" letter-spacing="-2">{words}</g>
  {placed}
</svg>"""


if __name__ == "__main__":
    main()
