"""The project's own environment, .venv or what GRAPHGEN_VENV names: made, filled and kept current.

The scripts beside this module start on a bare Python, perhaps an old one, whose user should read one clear
line and not a traceback: so only the standard library here, and no syntax newer than Python 3.6.
"""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

OLDEST_PYTHON = (3, 11)  # as requires-python in pyproject.toml
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / os.environ.get("GRAPHGEN_VENV", ".venv")
STAMP = VENV / "graphgen.json"


def prepare(extras: "tuple[str, ...]", groups: "tuple[str, ...]" = ()) -> Path:
    """The environment's Python, with the package, these extras of it and these dependency groups installed.

    Does nothing where the last run left it so.
    """
    require_python()
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp, content = read_stamp(), content_hash()
    wanted = {*extras, *groups}
    installed = stamp.get("installed", []) if stamp.get("content") == content else None
    if not python.exists() or made_otherwise(stamp):
        make()
        stamp, installed = {"made": maker()}, None
    if installed is None or not wanted <= set(installed):
        install(python, extras, groups)
        stamp.update(content=content, installed=sorted({*wanted, *(installed or ())}))
        STAMP.write_text(json.dumps(stamp), encoding="utf-8")
    return python


def run(command: "list[str]", **variables: str) -> int:
    """The exit code of a command run at the root of the project, with these environment variables added."""
    sys.stdout.flush()
    return subprocess.run(command, cwd=str(ROOT), env={**os.environ, **variables}).returncode


def require_python() -> None:
    """Ends the program where this Python is too old."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        needed, found = (".".join(map(str, version[:2])) for version in (OLDEST_PYTHON, sys.version_info))
        sys.exit(f"graphgen needs Python {needed} or newer; this is Python {found} ({sys.executable}).")


def maker() -> str:
    """The marks of a virtual environment that never change: the Python it was made with and its place."""
    return f"Python {sys.version_info[0]}.{sys.version_info[1]} of {sys.base_prefix} in {VENV}"


def made_otherwise(stamp: "dict[str, Any]") -> bool:
    """Whether these scripts made it elsewhere or with another Python. One made by hand is kept."""
    return bool(stamp.get("made", maker()) != maker())


def content_hash() -> str:
    """Changes whenever what is installed should."""
    files = (ROOT / "pyproject.toml", ROOT / "constraints.txt")
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def read_stamp() -> "dict[str, Any]":
    """The marks that the last run left in the environment; empty where there is nothing of use."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def make() -> None:
    """An empty environment, in place of the old one if there is one."""
    # Debian and Ubuntu ship venv without ensurepip, and put both into a package of their own.
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        sys.exit(
            f"{sys.executable} lacks the module venv or ensurepip: install them, on Debian or Ubuntu with "
            f"'sudo apt install {package}', and run this again."
        )
    print(f"Making {VENV} with Python {sys.version_info[0]}.{sys.version_info[1]}.")
    if run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        sys.exit(f"{VENV} could not be made: see above.")


def install(python: Path, extras: "tuple[str, ...]", groups: "tuple[str, ...]") -> None:
    """Installs the package (editable) and the rest, in the versions that constraints.txt states."""
    print("Installing the packages; the first time this takes a minute or two.")
    pip = [str(python), "-m", "pip", "-qq", "--disable-pip-version-check", "--no-input"]
    pinned = ["--constraint", "constraints.txt"]
    chosen = [argument for group in groups for argument in ("--group", group)]
    package = f".[{','.join(extras)}]"
    has_pip = subprocess.run([*pip, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    commands = [
        # The pip that comes with Python may know nothing of groups yet.
        [*pip, "install", "--upgrade", *pinned, "pip"],
        [*pip, "install", *pinned, "--build-constraint", "constraints.txt", *chosen, "--editable", package],
    ]
    if has_pip.returncode:  # as in one made by uv
        commands.insert(0, [str(python), "-m", "ensurepip"])
    for command in commands:
        if run(command):
            sys.exit("The packages could not be installed: see above, check the network, and run this again.")
