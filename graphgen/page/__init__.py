"""A picture fit for a page: the figure with its table and live data, quoted numbers."""

from typing import TYPE_CHECKING

from graphgen.faces import loaded_when_used

if TYPE_CHECKING:
    from graphgen.page.element import asset, standalone, step_files, svg
    from graphgen.page.embed import figure
    from graphgen.page.error_boxes import error_box
    from graphgen.page.figures import Figure, Request, assets, load, remember
    from graphgen.page.files import (
        MAX_BYTES,
        MAX_CAPTURED_BYTES,
        Folder,
        Source,
        content_of,
        graph_of,
        source_of,
    )
    from graphgen.page.formats import as_json, as_pdf, pdf, png, rendered
    from graphgen.page.links import Piece, linked, seen_from_page
    from graphgen.page.many import mapped, render_many
    from graphgen.page.quote import answer, quoted
    from graphgen.page.scripts import more_script, script, style

__getattr__ = loaded_when_used(
    __name__,
    {
        "element": ("asset", "standalone", "step_files", "svg"),
        "embed": ("figure",),
        "error_boxes": ("error_box",),
        "figures": ("Figure", "Request", "assets", "load", "remember"),
        "files": (
            "MAX_BYTES",
            "MAX_CAPTURED_BYTES",
            "Folder",
            "Source",
            "content_of",
            "graph_of",
            "source_of",
        ),
        "formats": ("as_json", "as_pdf", "pdf", "png", "rendered"),
        "links": ("Piece", "linked", "seen_from_page"),
        "many": ("mapped", "render_many"),
        "quote": ("answer", "quoted"),
        "scripts": ("more_script", "script", "style"),
    },
)

__all__ = [
    "MAX_BYTES",
    "MAX_CAPTURED_BYTES",
    "Figure",
    "Folder",
    "Piece",
    "Request",
    "Source",
    "answer",
    "as_json",
    "as_pdf",
    "asset",
    "assets",
    "content_of",
    "error_box",
    "figure",
    "graph_of",
    "linked",
    "load",
    "mapped",
    "more_script",
    "pdf",
    "png",
    "quoted",
    "remember",
    "render_many",
    "rendered",
    "script",
    "seen_from_page",
    "source_of",
    "standalone",
    "step_files",
    "style",
    "svg",
]
