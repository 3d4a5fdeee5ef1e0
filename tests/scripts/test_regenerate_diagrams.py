import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import regenerate_diagrams
from click.testing import CliRunner

MKDOCS = "site_name: Site\ntheme:\n  name: mkdocs\nplugins:\n  - graphgen\n"
ROOT = Path(regenerate_diagrams.__file__).parents[1]
ONE = "```graphgen\nx = 3\ny = x * x\n```\n"
OTHER = '```graphgen show="forward" title="T"\nx = 3\n```\n'
NAMES = ["index-1.svg", "index-2.svg", "learn-deep-page-1.svg"]


class Site:
    """A small site in a folder of its own, and the script run on it."""

    def __init__(self, folder):
        self.folder = folder
        self.diagrams = folder / "pictures"

    def write(self, name, text):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run(self, *arguments, code=0):
        config, folder = str(self.folder / "mkdocs.yml"), self.diagrams.as_posix()
        command = [folder, "--config", config, "--jobs", "1", *arguments]
        done = CliRunner().invoke(regenerate_diagrams.main, command)
        assert done.exit_code == code, done.output
        return (done.stdout or done.stderr).replace(f"{folder}/", "").splitlines()

    def files(self):
        return {file.name: file.stat().st_mtime_ns for file in sorted(self.diagrams.glob("*"))}


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    site.write("mkdocs.yml", MKDOCS)
    site.write("docs/index.md", f"# Home\n\n{ONE}\n````\n{ONE}````\n\n- list\n\n{OTHER}")
    site.write("docs/learn/deep/page.md", f"---\nlang: ko\n---\n{ONE}")
    site.write("docs/other.md", "no diagrams\n")
    return site


def test_every_diagram_of_a_site_becomes_a_file(site):
    assert site.run() == [*(f"new: {name}" for name in NAMES), "3 diagrams, 3 files changed"]
    titles = [ElementTree.fromstring((site.diagrams / name).read_bytes())[0].text for name in NAMES]
    assert titles == ["Computational graph of y", "T", "y의 계산 그래프"]


def test_a_site_in_two_languages_has_pictures_in_both_also_those_that_a_hook_writes(site):
    languages = "[{locale: en, name: English, default: true}, {locale: ko, name: 한국어}]"
    i18n = f"  - i18n:\n      docs_structure: folder\n      languages: {languages}\nhooks: [hook.py]\n"
    site.write("mkdocs.yml", MKDOCS + i18n)
    site.write("hook.py", "def on_page_markdown(text, **_):\n    return text.replace('NUMBER', '3')\n")
    for language in ("en", "ko"):
        site.write(f"docs/{language}/index.md", "```graphgen\nx = NUMBER\ny = x * x\n```\n")
    site.run()
    titles = [
        ElementTree.fromstring((site.diagrams / f"{language}-index-1.svg").read_bytes())[0].text
        for language in ("en", "ko")
    ]
    assert titles == ["Computational graph of y", "y의 계산 그래프"]


def test_only_what_changed_is_written(site):
    site.run()
    site.write("pictures/old-1.svg", "<svg/>")
    site.write("pictures/notes.txt", "kept")
    site.write("docs/learn/deep/page.md", f"---\nlang: en\n---\n{ONE}")
    before = site.files()
    assert site.run() == [
        "changed: learn-deep-page-1.svg",
        "superfluous: old-1.svg",
        "3 diagrams, 1 files changed",
    ]
    after = site.files()
    assert [name for name in after if after[name] != before[name]] == ["learn-deep-page-1.svg"]
    assert site.run() == ["superfluous: old-1.svg", "3 diagrams, 0 files changed"]


def test_a_folder_may_keep_a_few_diagrams_those_with_a_name_by_it(site):
    site.write("docs/index.md", f"{ONE}\n{OTHER}".replace("graphgen show", 'graphgen name="given" show'))
    site.write("pictures/index-given.svg", "")
    site.write("pictures/index-gone.svg", "")
    site.write("docs/other.md", "```graphgen\nx = y.z\n```\n")
    assert site.run("--kept") == [
        "changed: index-given.svg",
        "superfluous: index-gone.svg",
        "1 diagrams, 1 files changed",
    ]
    assert list(site.files()) == ["index-given.svg", "index-gone.svg"]
    assert site.run("--kept", "--check", code=1)[0] == "superfluous: index-gone.svg"


def test_a_folder_without_diagrams_has_none_to_keep(site):
    site.write("docs/index.md", ONE)
    assert "no diagrams to keep" in "\n".join(site.run("--kept", "--check", code=2))


def test_the_figures_that_this_project_keeps_are_current():
    folder = str(ROOT / "docs" / "assets" / "figures")
    done = CliRunner().invoke(regenerate_diagrams.main, [folder, "--kept", "--check", "--jobs", "1"])
    assert done.exit_code == 0, f"{done.output}to draw them: scripts/regenerate_diagrams.py {folder} --kept"
    assert done.stdout.endswith("24 diagrams, 0 files out of date\n")


def test_a_check_changes_nothing(site):
    assert site.run("--check", code=1) == [
        *(f"missing: {name}" for name in NAMES),
        "3 diagrams, 3 files out of date",
    ]
    assert not site.diagrams.exists()
    site.run()
    assert site.run("--check") == ["3 diagrams, 0 files out of date"]
    site.write("pictures/index-1.svg", "stale")
    site.write("docs/index.md", ONE)
    before = site.files()
    assert site.run("--check", code=1) == [
        "stale: index-1.svg",
        "superfluous: index-2.svg",
        "2 diagrams, 2 files out of date",
    ]
    assert site.files() == before


def test_a_fault_is_told_at_its_place_and_nothing_is_written(site):
    site.write(
        "docs/other.md", "---\nlang: ko\n---\n\n```graphgen\ny = x.z\n```\n\n```graphgen a b\nx = 1\n```\n"
    )
    first, second = site.run(code=2)
    assert first == "other.md:6:5: 'x.z' looks inside a value with a dot; use plain names"
    assert second.startswith("other.md:9: 'a' is not an option; the options are ")
    assert not site.diagrams.exists()


def test_a_diagram_may_come_from_a_file(site):
    site.write("docs/learn/deep/page.md", '```graphgen file="../shop.graph"\n```\n')
    site.write("docs/learn/shop.graph", "x = 3\ntotal = x * x\n")
    site.run()
    drawn = ElementTree.fromstring((site.diagrams / NAMES[-1]).read_bytes())
    assert drawn[0].text == "Computational graph of total"
    site.write("docs/learn/shop.graph", "x = y.z\n")
    site.write("docs/other.md", '\n```graphgen file="../../shop.graph"\n```\n')
    second, first = site.run(code=2)
    assert first == "learn/shop.graph:1:5: 'y.z' looks inside a value with a dot; use plain names"
    assert second.startswith("other.md:2: file='../../shop.graph' does not lie in the docs folder; ")


def test_pages_that_would_share_a_file_are_refused(site):
    site.write("docs/learn-deep-page.md", ONE)
    assert site.run(code=2) == [
        "learn-deep-page.md and learn/deep/page.md would share the file learn-deep-page-1.svg: rename one"
    ]


def test_the_script_itself_draws_in_several_processes(site):
    command = [
        sys.executable,
        regenerate_diagrams.__file__,
        site.diagrams,
        "--config",
        site.folder / "mkdocs.yml",
        "--jobs",
        "2",
    ]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "3 diagrams, 3 files changed"
    assert site.run("--check") == ["3 diagrams, 0 files out of date"]


def test_help_says_what_the_options_do(site):
    told = " ".join(" ".join(site.run("--help")).split())
    assert (
        "Draw the diagrams of the site as SVG files of their own, in FOLDER, by default build/diagrams."
        in told
    )
    assert "--check Change nothing; exit with 1 where a file is out of date." in told
