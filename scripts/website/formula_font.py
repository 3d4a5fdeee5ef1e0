"""Make the font of formulas, docs/assets/formulas.woff2, with its licence beside it.

A page with MathML needs a font that has a table MATH: heights of braces, places of exponents. Not every
machine has one, so the site serves a part of STIX Two Math, taken from its package on npm. Run it in an
environment that has the group `fonts`, with Node.js. The same versions give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[2] / "docs" / "assets"
PACKAGE = "@fontsource/stix-two-math@5.3.0"
SHA512 = "negoeozw6VSXjZMozwKRSm/dhCQT62csZcuea9I8KYqPaZq/8KbbBBrA02ZHF7AyuR5mVML/p+q0bwFuSIf2GQ=="
FONT = "package/files/stix-two-math-latin-400-normal.woff2"
LICENCE = "package/LICENSE"

LETTERS = (
    range(0x20, 0x7F),
    range(0x391, 0x3CA),
    range(0x1D400, 0x1D49C),  # Latin letters, bold, italic and both, as browsers set a variable
    range(0x1D6A8, 0x1D6E2),  # Greek, bold
    range(0x1D6E2, 0x1D71C),  # Greek, italic
)
SIGNS = "\u00a0±·×÷¬′″…ℎℒℓℝ←→↑↓↦⇒⇔∀∂∃∅∇∈∉∏∑−∓∘∙√∞∠∥∧∨∩∪∫≈≠≡≤≥≪≫⊂⊆⊕⊗⊙⊤⊥⋅⋮⋯⋱⌈⌉⌊⌋⟨⟩‖"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fetched(Path(folder))) as package:
        font, licence = (read(package, name) for name in (FONT, LICENCE))
    (ASSETS / "formulas.woff2").write_bytes(part_of(font))
    (ASSETS / "formulas-licence.txt").write_bytes(licence)
    print(f"written: formulas.woff2, {len(part_of(font)):,} bytes, and formulas-licence.txt")


def fetched(folder: Path) -> Path:
    """The package as npm gives it. Raises ValueError when it is not the one that was looked at."""
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (file,) = folder.glob("*.tgz")
    if hashlib.sha512(file.read_bytes()).digest() != base64.b64decode(SHA512):
        raise ValueError(f"{PACKAGE} is not the package that its checksum names")
    return file


def read(package: tarfile.TarFile, name: str) -> bytes:
    member = package.extractfile(name)
    assert member is not None, name
    return member.read()


def characters() -> set[int]:
    """The letters and signs of formulas."""
    return {code for letters in LETTERS for code in letters} | set(map(ord, SIGNS))


def part_of(font: bytes) -> bytes:
    """The font's characters of formulas, with every size of the braces, roots and sums among them."""
    from fontTools.subset import Options, Subsetter, load_font, save_font

    options = Options(flavor="woff2", hinting=False, layout_features=[], drop_tables=["GPOS", "GSUB", "GDEF"])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    whole, written = load_font(io.BytesIO(font), options), io.BytesIO()
    subsetter.subset(whole)
    save_font(whole, written, options)
    return written.getvalue()


if __name__ == "__main__":
    main()
