"""The command `halfsky`: its verbs by what they work on, each imported when it is called."""

from helpers.cli.main import halfsky, main

__all__ = ["halfsky", "main"]
