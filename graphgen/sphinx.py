"""The address of the Sphinx extension in conf.py: `extensions = ["graphgen.sphinx"]`."""

from graphgen.integrations.sphinx import setup

__all__ = ["setup"]
