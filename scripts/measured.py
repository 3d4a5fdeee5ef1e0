"""The files of measurements that pages of the site show: where they lie and how they are written."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "assets" / "measured"


def write(file: Path, measured: Mapping[str, Any]) -> None:
    """One line for each thing that was measured, so that a change can be read."""
    lines = (
        f"{json.dumps(name)}: {json.dumps(found, ensure_ascii=False)}" for name, found in measured.items()
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def circumstances(script: str, *packages: str) -> dict[str, Any]:
    """What a measurement was made by and on."""
    return {
        "made_by": f"scripts/{Path(script).name}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in packages},
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "threads": os.environ.get("OPENBLAS_NUM_THREADS", "as many as cores"),
    }
