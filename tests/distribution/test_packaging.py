"""The wheel and the sdist, built without a network, and the wheel at work where the source tree is not."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

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

    def run(program, *arguments, cwd=folder, code=0, **variables):
        done = subprocess.run(
            [programs / program, *arguments],
            cwd=cwd,
            env=environment | variables,
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stderr + done.stdout

    run.folder, run.python = folder, str(python)
    (folder / "shop.graph").write_text(SHOP, encoding="utf-8")
    return run


def test_the_wheel_is_what_runs(installed):
    code = "import graphgen, importlib.metadata as m; print(graphgen.__file__, m.version('mkdocs-graphgen'))"
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
    assert re.search(r"\d diagrams; \d+ numbers, all proved", told)
    assert (installed.folder / "course/site/assets/graphgen.js").stat().st_size > 10_000


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    names = set(ZipFile(wheel).namelist())
    tracked = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "graphgen").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and "live" not in file.parts
    }
    assert {name for name in names if ".dist-info/" not in name} == tracked
    assert {"graphgen/py.typed", "graphgen/assets/live.min.js", "graphgen/assets/new/mkdocs.yml"} < tracked


def test_the_metadata_says_what_is_true(wheel):
    archive = ZipFile(wheel)
    told = {Path(name).name: archive.read(name) for name in archive.namelist() if ".dist-info/" in name}
    metadata = message_from_bytes(told["METADATA"])
    assert (metadata["Name"], metadata["Version"]) == ("mkdocs-graphgen", graphgen.__version__)
    assert (metadata["License-Expression"], metadata["License-File"]) == ("MIT", "LICENSE")
    assert told["LICENSE"] == (ROOT / "LICENSE").read_bytes()
    assert metadata["Requires-Python"] == ">=3.11"
    assert set(metadata.get_all("Provides-Extra")) == {"docs", "jax", "png", "sphinx", "torch"}
    # On PyPI that name is another project's.
    assert [need for need in metadata.get_all("Requires-Dist") if need.startswith("graphgen")] == []
    assert metadata.get_payload() == (ROOT / "README.md").read_text("utf-8")
    points = told["entry_points.txt"].decode()
    assert "[console_scripts]\ngraphgen = graphgen.cli:main" in points
    assert "[mkdocs.plugins]\ngraphgen = graphgen.integrations.mkdocs:GraphgenPlugin" in points


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
    kept_out = ("node_modules/", ".venv/", "site/", "build/", "dist/", ".git/")
    assert [name for name in names if name.startswith(kept_out)] == []


@pytest.fixture
def repository(tmp_path):
    """Somebody else's files; with one that looks like an option, one with a space, one that is wrong."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "-a.graph").write_text(SHOP, encoding="utf-8")
    (tmp_path / "docs/a page.md").write_text(f"# Shop\n\n```graphgen\n{SHOP}```\n", encoding="utf-8")
    (tmp_path / "docs/broken.markdown").write_text("```graphgen\ny = relo(1)\n```\n", encoding="utf-8")
    (tmp_path / "docs/notes.txt").write_text("text", encoding="utf-8")
    return tmp_path


def test_the_hook_verifies_the_files_that_it_is_handed(installed, repository):
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert (hook["id"], hook["language"]) == ("graphgen-verify", "python")
    names = sorted(
        name
        for name in (file.relative_to(repository).as_posix() for file in repository.rglob("*.*"))
        if re.search(hook["files"], name)
    )
    assert names == ["-a.graph", "docs/a page.md", "docs/broken.markdown"]
    told = installed(*hook["entry"].split(), *names[:2], cwd=repository)
    assert told == "2 diagrams; 16 numbers, all proved; 0 faults\n"
    told = installed(*hook["entry"].split(), *names, cwd=repository, code=2)
    assert "docs/broken.markdown:2:5: 'relo(1)' calls the unknown function" in told


@pytest.mark.skipif(os.name == "nt", reason="bash is not there everywhere")
@pytest.mark.parametrize(
    ("paths", "code", "summary"),
    [
        ("-a.graph\ndocs/a page.md\n", 0, "2 diagrams; 16 numbers, all proved; 0 faults"),
        ("docs", 2, "2 diagrams; 8 numbers, all proved; 1 fault"),
        ("docs/*", 2, "0 diagrams; 0 numbers; 1 fault"),
    ],
    ids=["files", "folder", "no pattern"],
)
def test_the_action_verifies_the_paths_that_it_is_given(installed, repository, paths, code, summary):
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    *_, install, verify = action["runs"]["steps"]
    assert "$GITHUB_ACTION_PATH/constraints.txt" in install["run"]
    assert verify["env"]["PATHS"] == "${{ inputs.paths }}"
    environment = {"PATHS": paths, "PYTHON": installed.python, "RUNNER_TEMP": str(repository)}
    bash = shutil.which(verify["shell"])
    told = installed(bash, "-e", "-c", verify["run"], cwd=repository, code=code, **environment)
    assert told.splitlines()[-1] == summary
