"""The command `halfsky`: one module a verb, each imported when it is called."""

from helpers.cli.main import halfsky, main

__all__ = ["halfsky", "main"]
