"""Lint, check the types and run the tests, in an environment (.venv) that this sets up when needed.

It needs Python and a network for pip. With --all it also runs what wants a browser, Node.js or much time.
Every other argument goes to pytest, as in: run_tests.py -k apple
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from environment import ROOT, prepare, run

CHECKS = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"])
PLAIN = ("-m", "not long")
# A core takes its share in order, for what a module shares to be made once, then helps the others.
ON_EVERY_CORE = ("-n", "auto", "--dist", "worksteal")
FAILED, NO_TESTS = 1, 5  # what pytest ends with where tests fail, and where nothing fits its arguments
LONG = "browsers, other site builders, the wheel, the page's script, many more examples of each property"
CHROMIUMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
DOWNLOAD_SECONDS = 180
START_SECONDS = 60
START = """
import sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    playwright.chromium.launch(executable_path=sys.argv[1] if sys.argv[1:] else None).close()
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        usage="%(prog)s [-h] [--all] [--with-torch] [--with-jax] [arguments of pytest]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--all", action="store_true", help=f"run as well: {LONG}; and report the coverage")
    parser.add_argument(
        "--with-torch",
        action="store_true",
        help="install PyTorch too and compare gradients with it (on Linux a download of some GB)",
    )
    parser.add_argument(
        "--with-jax", action="store_true", help="install JAX too and capture its functions (about 100 MB)"
    )
    options, for_pytest = parser.parse_known_args()
    extras = ("docs", "png", "sphinx") + ("torch",) * options.with_torch + ("jax",) * options.with_jax
    python = prepare(extras, groups=("lint", "test-all" if options.all else "test"))
    checks = {" ".join(check): [str(python), "-m", *check] for check in CHECKS}
    if options.all:
        checks |= javascript_check()
    failed = run_checks(checks)
    with TemporaryDirectory() as shared:
        variables = {"GRAPHGEN_TESTS_SHARED": shared}
        if options.all:
            variables |= browser_variables(python)
            end = run_all(python, for_pytest, variables, Path(shared) / "coverage.json")
        else:
            end = run([str(python), "-m", "pytest", *ON_EVERY_CORE, *PLAIN, *for_pytest], **variables)
            print(f"Not run: {LONG}. To run everything: python3 scripts/run_tests.py --all")
    if end:
        failed.append("pytest")
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def run_checks(checks: "dict[str, list[str]]") -> "list[str]":
    """The names of the commands that fail, of some that run side by side; says in order what each printed."""
    running = {
        name: subprocess.Popen(command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for name, command in checks.items()
    }
    failed = []
    for name, process in running.items():
        said, _ = process.communicate()
        print(f"{name}:\n{said.decode(errors='replace')}", end="", flush=True)
        if process.returncode:
            failed.append(name)
    return failed


def run_all(python: Path, for_pytest: "list[str]", variables: "dict[str, str]", counted: Path) -> int:
    """What pytest ends with, of all tests; says how many lines of the package they run.

    A browser may be late beside other tests: so what fails of the long tests runs again, alone.
    """
    pytest = ["-m", "pytest", "--hypothesis-profile=long", *for_pytest]
    count = ["-m", "slipcover", "--source", "graphgen", "--json", "--out", str(counted)]
    end = run([str(python), *count, *pytest, *ON_EVERY_CORE], **variables)
    if counted.exists():
        percent = json.loads(counted.read_text("utf-8"))["summary"]["percent_covered"]
        print(f"Lines of graphgen/ that the tests run, in percent: {percent:.0f}, not counting those", end="")
        print(" that only processes of their own run, such as the command line's.", flush=True)
    if end != FAILED:
        return end
    again = [str(python), *pytest, "--last-failed", "--last-failed-no-failures=none"]
    print("The long tests that failed, alone:", flush=True)
    alone = run([*again, "-m", "long"], **variables)
    print("The others that failed:", flush=True)
    others = run([*again, *PLAIN, "--collect-only", "-q"], **variables)
    return 0 if (alone, others) == (0, NO_TESTS) else FAILED


def javascript_check() -> "dict[str, list[str]]":
    """What finds faults of the page's script by its types, the linter and a fresh bundle.

    Where it cannot be checked this says so and gives nothing, except on a build server, which has Node.js.
    """
    npm = shutil.which("npm")
    if not npm:
        print("npm run check: skipped, for there is no Node.js: to check the page's script, install it.")
        return {}
    installed, wanted = ROOT / "node_modules" / ".package-lock.json", ROOT / "package-lock.json"
    is_fresh = installed.exists() and installed.stat().st_mtime >= wanted.stat().st_mtime
    is_there = is_fresh or not run([npm, "ci", "--silent", "--no-audit", "--no-fund"])
    if is_there or os.environ.get("GITHUB_ACTIONS"):
        return {"npm run check": [npm, "run", "--silent", "check"]}
    print("npm run check: skipped, for what package.json names could not be installed.")
    return {}


def browser_variables(python: Path) -> "dict[str, str]":
    """The setting by which browser tests know their Chromium: nothing for Playwright's own, or for none."""
    if os.environ.get("GRAPHGEN_CHROMIUM") or starts(python):
        return {}
    for name in CHROMIUMS:
        path = shutil.which(name)
        if path and starts(python, path):
            return {"GRAPHGEN_CHROMIUM": path}
    print(f"No Chromium found: fetching one, for {DOWNLOAD_SECONDS} seconds at most.", flush=True)
    fault = download(python)
    if not fault and starts(python):
        return {}
    print(
        f"The browser tests will be skipped: {fault or 'the Chromium that was fetched does not start'}. "
        "To run them, install Chromium or Chrome, or name one in the variable GRAPHGEN_CHROMIUM."
    )
    return {}


def starts(python: Path, *chromium: str) -> bool:
    """Whether a browser, Playwright's own if none is named, is there and starts."""
    command = [str(python), "-c", START, *chromium]
    try:
        # Chromium outlives a Playwright that is killed and would hold a pipe open: so none is used.
        return not subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=START_SECONDS
        ).returncode
    except subprocess.TimeoutExpired:
        return False


def download(python: Path) -> str:
    """Fetches Playwright's headless Chromium; what went wrong, or nothing."""
    process = subprocess.Popen(
        [str(python), "-m", "playwright", "install", "--only-shell", "chromium"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return "no Chromium could be fetched" if process.wait(DOWNLOAD_SECONDS) else ""
    except subprocess.TimeoutExpired:
        return f"no Chromium could be fetched in {DOWNLOAD_SECONDS} seconds"
    finally:
        if process.poll() is None:
            # Playwright downloads in processes of its own, which go with the session.
            if os.name == "nt":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    raise SystemExit(main())
