"""Lint, check the types and run the tests, in an environment (.venv) that this sets up when needed.

It needs Python and a network for pip. With --all it also runs what wants a browser, Node.js or much time.
Every other argument goes to pytest, as in: run_tests.py -k apple
"""

import argparse
import os
import shutil
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from environment import ROOT, prepare, run

CHECKS = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"])
PLAIN = ("-m", "not long")
# Coverage makes Python take 1.7 times as long, so it counts no more than the plain tests; and of these not
# the properties, which the longer lane tries at length.
COUNTED = ("-m", "not long and not hypothesis", "--cov", "--cov-report=")
LONGER = ("-m", "long or hypothesis", "--hypothesis-profile=long")
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
    failed = []
    for check in CHECKS:
        name = " ".join(check)
        print(f"{name}:")
        if run([str(python), "-m", *check]):
            failed.append(name)
    if options.all and not check_javascript():
        failed.append("npm run check")
    browser = browser_variables(python) if options.all else {}
    lanes = (COUNTED, LONGER) if options.all else (PLAIN,)
    with TemporaryDirectory() as shared:
        variables = {**browser, "GRAPHGEN_TESTS_SHARED": shared}
        ends = {
            run_lane(lane, [str(python), "-m", "pytest", *lane, *for_pytest], variables) for lane in lanes
        }
    if ends - {0, NO_TESTS} or ends == {NO_TESTS}:
        failed.append("pytest")
    if options.all:
        print("Lines of graphgen/ that the plain tests run, without the properties, in percent: ", end="")
        run([str(python), "-m", "coverage", "report", "--format=total"])
    else:
        print(f"Not run: {LONG}. To run everything: python3 scripts/run_tests.py --all")
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def run_lane(lane: "tuple[str, ...]", pytest: "list[str]", variables: "dict[str, str]") -> int:
    """The exit code of the tests of a lane, on every core.

    A core takes its share in order, for what the tests of a module share to be made once, and then helps the
    others. A browser may be late beside other tests: so what fails in the longer lane runs again, alone.
    """
    end = run([*pytest, "-n", "auto", "--dist", "worksteal"], **variables)
    if lane is not LONGER or end != FAILED:
        return end
    print("Those that failed, alone:", flush=True)
    return run([*pytest, "--last-failed", "--last-failed-no-failures=none"], **variables)


def check_javascript() -> bool:
    """Whether the page's script has no fault that its types, the linter or a fresh bundle would show.

    Where it cannot be checked this says so and passes, except on a build server, which has Node.js.
    """
    print("npm run check:", flush=True)
    npm = shutil.which("npm")
    if not npm:
        print("Skipped, for there is no Node.js: to check the page's script, install it.")
        return True
    installed, wanted = ROOT / "node_modules" / ".package-lock.json", ROOT / "package-lock.json"
    is_fresh = installed.exists() and installed.stat().st_mtime >= wanted.stat().st_mtime
    if not is_fresh and run([npm, "ci", "--silent", "--no-audit", "--no-fund"]):
        print("Skipped: what package.json names could not be installed.")
        return not os.environ.get("GITHUB_ACTIONS")
    return not run([npm, "run", "--silent", "check"])


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
