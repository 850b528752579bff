"""The records room: tables in, checked and typed, or refused with every reason at once."""

from helpers.paths import home

from .check import check
from .folder import Folder, read_folder
from .formulas import FormulaError, Rule, Term, names, parse_rule, parse_sum
from .load import Tables, load
from .problems import DataRefused, Problem

__all__ = [
    "DataRefused",
    "Folder",
    "FormulaError",
    "Problem",
    "Rule",
    "Tables",
    "Term",
    "check",
    "home",
    "load",
    "names",
    "parse_rule",
    "parse_sum",
    "read_folder",
]
