"""Where the project lives: moved to `helpers.paths`."""

from helpers.paths import HOME, home

__all__ = ["HOME", "home"]
