"""Tables in, checked and typed, or refused with every reason at once."""

from helpers.paths import home

from .check import check
from .folder import read_folder
from .load import Tables, load
from .problems import DataRefused

__all__ = ["DataRefused", "Tables", "check", "home", "load", "read_folder"]
