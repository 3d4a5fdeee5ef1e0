"""The command line, from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click
from korean import said

from graphgen.cli import main
from graphgen.options import OPTIONS


def commands(language: str) -> str:
    """The Markdown of the page: a section for each command."""
    return "\n\n".join(
        "\n\n".join(section(name, command, language)) for name, command in main.commands.items()
    )


def section(name: str, command: click.Command, language: str) -> Iterator[str]:
    # A command keeps the help option of its first context, so that one has the settings of the group.
    context = click.Context(command, click.Context(main, **main.context_settings), name)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"## graphgen {name} {{#{name}}}"
    yield f"```console\n$ graphgen {name} {usage}\n```"
    yield "\n\n".join(said(" ".join(part.split()), language) for part in (command.help or "").split("\n\n"))
    own = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    names = {option.name for option in OPTIONS}
    told = [option for option in own if option.name not in names]
    if told:
        yield "\n".join(table(told, language))
    if len(told) < len(own):
        flags = ", ".join(
            f"[`--{option.name}`](../make/options.md#{option.name})"
            for option in OPTIONS
            if not option.only_in_fences
        )
        yield f"{said('The options of a fence are flags here as well:', language)} {flags}."
    if command.epilog:
        yield f"```console\n$ {command.epilog.removeprefix('Example: ')}\n```"


def table(options: list[click.Option], language: str) -> Iterator[str]:
    yield f"| {said('Flag', language)} | {said('What it does', language)} | {said('Default', language)} |"
    yield "| --- | --- | --- |"
    for option in options:
        flags = ", ".join(f"`{flag}`" for flag in option.opts)
        words = option.type.choices if isinstance(option.type, click.Choice) else ()
        choices = f" ({', '.join(f'`{word}`' for word in words)})" if words else ""
        default = f"`{option.default}`" if option.show_default else ""
        yield f"| {flags} | {said(option.help or '', language)}{choices} | {default} |"
