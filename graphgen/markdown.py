"""The address of the fence in a site's configuration: `graphgen.markdown.fence`, `accept` and `quote`."""

from graphgen.integrations import accept, fence, quote

__all__ = ["accept", "fence", "quote"]
