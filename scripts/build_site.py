"""Build the site into site/, in an environment of its own (.venv) that it sets up when needed."""

import argparse
import shutil
import sys

from environment import prepare, run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--playground", action="store_true", help="with a playground in the reader's browser; needs Node.js"
    )
    playground = parser.parse_args().playground
    npm = shutil.which("npm") or ""
    if playground and not npm:
        sys.exit("The playground needs Node.js, which has npm: install it, or leave out --playground.")
    python = prepare(extras=("docs",))
    # The theme warns of MkDocs 2, which pyproject.toml rules out.
    variables = {"NO_MKDOCS_2_WARNING": "1", **({"GRAPHGEN_PLAYGROUND": "1"} if playground else {})}
    failed = run([str(python), "-m", "mkdocs", "build", "--strict", "--clean"], **variables)
    if playground and not failed:
        failed = run([npm, "ci"]) or run([str(python), "scripts/build_playground.py", "site/playground"])
    if not failed:
        print("The site is built: open site/index.html.")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
