"""Build the site into site/, in an environment of its own (.venv) that it sets up when needed."""

import argparse

from environment import prepare, run


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    python = prepare(extras=("docs",))
    # The theme warns of MkDocs 2, which pyproject.toml rules out.
    failed = run([str(python), "-m", "mkdocs", "build", "--strict", "--clean"], NO_MKDOCS_2_WARNING="1")
    if not failed:
        print("The site is built: open site/index.html.")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
