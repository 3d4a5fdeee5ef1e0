"""The files of measurements that pages of the site show: where they lie and how they are written."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "assets" / "measured"


def write(file: Path, measured: Mapping[str, Any]) -> None:
    """One line for each thing that was measured, so that a change can be read."""
    lines = (
        f"{json.dumps(name)}: {json.dumps(found, ensure_ascii=False)}" for name, found in measured.items()
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def path_of(script: str) -> str:
    """Where a script lies in the project."""
    return Path(script).resolve().relative_to(ROOT).as_posix()


def circumstances(script: str, *packages: str) -> dict[str, Any]:
    """The software and the machine that a measurement was made with."""
    return {
        "made_by": path_of(script),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in packages},
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "threads": os.environ.get("OPENBLAS_NUM_THREADS", "as many as cores"),
    }


def record(
    name: str,
    measure: Callable[[], dict[str, Any]],
    summary: Callable[[dict[str, Any]], str],
    description: str | None,
) -> None:
    """Measures, writes the file of that name, or the one that the command line says, and prints a summary."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--output", type=Path, default=FOLDER / f"{name}.json", help="the file to write")
    file = parser.parse_args().output
    found = measure()
    write(file, found)
    print(f"{summary(found)}; written to {file}")
