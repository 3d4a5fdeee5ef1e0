"""A function in a file of Python as a graph: the one place that runs an author's file, when it is told to."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graphgen.errors import GraphgenError, OptionError, Place, SourceError, excerpt, on_one_line
from graphgen.frameworks.pytorch import from_torch
from graphgen.graph import ComputationalGraph


def capture(file: Path, name: str) -> ComputationalGraph:
    """Runs a file of Python, and gives the graph of the function that it calls by this name.

    The function's arguments are the defaults that it gives them; what it refers to besides, such as a module,
    is found as by `from_torch`.

    Raises OptionError where the file has no such function or an argument has no default, SourceError where
    the file fails.
    """
    function = _function(file, name)
    parameters = [
        each
        for each in inspect.signature(function).parameters.values()
        if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]
    missing = [each.name for each in parameters if each.default is each.empty]
    if missing:
        raise OptionError(
            f"{excerpt(name)} in {file.name} wants {', '.join(missing)}",
            f"give defaults, as in def {name}({missing[0]}=…), or a function without arguments that calls it",
        )
    return from_torch(function, **{each.name: each.default for each in parameters})


def _function(file: Path, name: str) -> Callable[..., Any]:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None or not file.is_file():
        raise OptionError(f"{file} is no file of Python", "name one, as in model.py:loss")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(file.parent.resolve()))
    sys.modules[file.stem] = module
    try:
        spec.loader.exec_module(module)
    except GraphgenError:
        raise
    except Exception as error:
        raise _failed(file, error) from error
    finally:
        sys.path.pop(0)
    function = getattr(module, name, None)
    if not callable(function):
        has = ", ".join(key for key, value in vars(module).items() if inspect.isfunction(value))
        raise OptionError(
            f"{file.name} has no function {excerpt(name)}", f"its functions are {has or 'none'}"
        )
    return function


def _failed(file: Path, error: Exception) -> SourceError:
    """The error as the file ran, at its own line."""
    frames, line = error.__traceback__, None
    while frames is not None:
        if frames.tb_frame.f_code.co_filename == str(file):
            line = frames.tb_lineno
        frames = frames.tb_next
    line = line or getattr(error, "lineno", None) or 1
    message = on_one_line(error)
    return SourceError(
        f"the file fails by {type(error).__name__}: {message}",
        "run it by itself first",
        Place(line, None, file.name),
    )
