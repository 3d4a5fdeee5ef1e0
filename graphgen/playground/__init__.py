"""Where an author tries things out: a page with a source on the left and its verified picture on the right.

What the page asks for is answered by pure functions, wherever they run.
"""

from graphgen.playground.document import Document
from graphgen.playground.menu import gallery
from graphgen.playground.server import Server
from graphgen.playground.session import answer, exported, setting

__all__ = ["Document", "Server", "answer", "exported", "gallery", "setting"]
