"""The YAML files beside the scripts of this site."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where PyYAML has it, which is ten times as fast."""


@cache
def catalogue(name: str) -> Any:
    """What a file holds; it is read once a build, and not to be changed."""
    return yaml.load(Path(__file__).with_name(name).read_text("utf-8"), LOADER)
