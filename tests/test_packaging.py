"""The wheel and the sdist, built without a network, and the wheel at work where the source tree is not."""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

import pytest

import graphgen

ROOT = Path(graphgen.__file__).parent.parent
SHOP = "apple = 100\ncount = 2\ntotal = apple * count\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder that holds the sdist, and the wheel that was built from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Runs a program of an environment that has the wheel, and of the tests' environment all but graphgen."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder / "venv")
    programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python = programs / Path(sys.executable).name
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", str(python)]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    (site_packages,) = (folder / "venv").glob("**/site-packages")
    # What is named in such a file is searched last, and files such as this are not read there: so the
    # editable graphgen of the tests' environment stays out.
    (site_packages / "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(program, *arguments, cwd=folder):
        done = subprocess.run(
            [programs / program, *arguments], cwd=cwd, env=environment, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    run.folder, run.python = folder, python.name
    (folder / "shop.graph").write_text(SHOP, encoding="utf-8")
    return run


def test_the_wheel_is_what_runs(installed):
    code = "import graphgen, importlib.metadata as m; print(graphgen.__file__, m.version('graphgen'))"
    file, version = installed(installed.python, "-c", code).split()
    assert Path(file).is_relative_to(installed.folder / "venv")
    assert version == graphgen.__version__


def test_the_command_line_works_from_the_wheel(installed):
    assert "apple  100    2         2" in installed("graphgen", "eval", "shop.graph")
    installed("graphgen", "render", "shop.graph", "-o", "shop.svg")
    assert (installed.folder / "shop.svg").read_bytes().startswith(b"<?xml")
    assert installed("graphgen", "--version").strip().endswith(f"version {graphgen.__version__}")


def test_a_new_site_builds_strictly_from_the_wheel(installed):
    installed("graphgen", "new", "course")
    told = installed(installed.python, "-m", "mkdocs", "build", "--strict", cwd=installed.folder / "course")
    assert re.search(r"\d diagrams, \d+ numbers verified", told)
    assert (installed.folder / "course/site/assets/graphgen.js").stat().st_size > 10_000


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    names = set(ZipFile(wheel).namelist())
    tracked = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "graphgen").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and "live" not in file.parts
    }
    assert {name for name in names if not name.startswith("graphgen-")} == tracked
    assert {"graphgen/py.typed", "graphgen/assets/live.min.js", "graphgen/assets/new/mkdocs.yml"} < tracked


def test_the_metadata_says_what_is_true(wheel):
    archive = ZipFile(wheel)
    told = {Path(name).name: archive.read(name) for name in archive.namelist() if ".dist-info/" in name}
    metadata = message_from_bytes(told["METADATA"])
    assert (metadata["Name"], metadata["Version"]) == ("graphgen", graphgen.__version__)
    assert (metadata["License-Expression"], metadata["License-File"]) == ("MIT", "LICENSE")
    assert told["LICENSE"] == (ROOT / "LICENSE").read_bytes()
    assert metadata["Requires-Python"] == ">=3.11"
    assert set(metadata.get_all("Provides-Extra")) == {"docs", "png", "sphinx", "torch"}
    # On PyPI that name is another project's.
    assert [need for need in metadata.get_all("Requires-Dist") if need.startswith("graphgen")] == []
    assert metadata.get_payload() == (ROOT / "README.md").read_text("utf-8")
    points = told["entry_points.txt"].decode()
    assert "[console_scripts]\ngraphgen = graphgen.cli:main" in points
    assert "[mkdocs.plugins]\ngraphgen = graphgen.plugin:GraphgenPlugin" in points


def test_the_sdist_holds_what_building_and_testing_need(built):
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = {
        *("pyproject.toml", "constraints.txt", "README.md", "LICENSE", "mkdocs.yml", "package.json"),
        *("graphgen/assets/live/main.js", "graphgen/assets/live.min.js", "tests/conftest.py"),
        *("tests/browser/measure.js", "scripts/run_tests.py", "scripts/website/theme/main.html"),
        *("docs/ko/index.md", "docs/assets/favicon.svg", "docs/reference/graph.schema.json"),
    }
    assert needed - names == set()
    kept_out = ("docs/assets/diagrams/", "node_modules/", ".venv/", "site/", "build/", "dist/", ".git/")
    assert [name for name in names if name.startswith(kept_out)] == []
