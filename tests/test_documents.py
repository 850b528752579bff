"""The documents: what they promise is there, and the two languages say the same."""

import ast
import csv
import importlib.util
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpers.cli import halfsky
from helpers.cli.main import VERBS

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = (*READMES, "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md", "reports/README.md")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def areas() -> list[tuple[str, str, str]]:
    with (ROOT / "data/areas.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["area"], row["title_zh"], row["title_en"]) for row in csv.DictReader(file)]
    return [("overview", "总览", "Overview"), *rows]


def commands(name: str) -> list[list[str]]:
    """The command lines of a document's code blocks, as words without remarks."""
    blocks = re.findall(r"```sh\n(.*?)```", text(name), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


@pytest.mark.parametrize("name", READMES)
def test_the_readme_lists_the_areas_of_the_data_with_their_notebooks(name):
    row = r"^\| (.+?) \| (.+?) \| \[(\w+)\]\(notebooks/\3\.ipynb\) \|$"
    rows = re.findall(row, text(name), re.MULTILINE)
    chinese_first = name == "README.zh-CN.md"
    told = [(area, *((a, b) if chinese_first else (b, a))) for a, b, area in rows]
    assert told
    assert told == [area for area in areas() if area in told]  # others may join, unlisted


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_to_a_file(name):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text(name)):
        assert (ROOT / name).parent.joinpath(target).exists(), f"{name}: {target}"


def test_the_two_readmes_are_twins():
    english, chinese = (text(name) for name in READMES)
    for pattern in (r"^#+ ", r"^\|", r"^- ", r"^!\["):
        counts = [len(re.findall(pattern, one, re.MULTILINE)) for one in (english, chinese)]
        assert counts[0] == counts[1], f"{pattern}: {counts[0]} in English, {counts[1]} in Chinese"
    assert commands(READMES[0]) == commands(READMES[1])


def verbs_of_run_py() -> set[str]:
    spec = importlib.util.spec_from_file_location("run_for_documents", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return set(module.VERBS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_that_is_named_exists(name):
    told = set(re.findall(r"(?:`|^)make (\w+)", text(name), re.MULTILINE))
    assert told <= verbs_of_run_py()
    told = set(re.findall(r"halfsky (\w+)", text(name)))
    assert told <= set(VERBS)


def test_every_option_of_the_readme_exists():
    for words in commands("README.md"):
        if Path(words[0]).name == "halfsky":
            shown = CliRunner().invoke(halfsky, [words[1], "--help"], obj="en").output
            for option in (word for word in words if word.startswith("--")):
                assert option in shown, " ".join(words)


def test_every_verb_is_told_somewhere():
    told = "".join(text(name) for name in DOCUMENTS)
    for verb in VERBS:
        assert f"halfsky {verb}" in told, verb


def test_every_rule_of_contributing_names_a_test_that_exists():
    lines = text("CONTRIBUTING.md").splitlines()
    assert len(lines) <= 80
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text("CONTRIBUTING.md"))
    assert named
    for file, test in named:
        tree = ast.parse(text(file))
        assert test in {getattr(node, "name", "") for node in ast.walk(tree)}, f"{file}::{test}"


def test_the_changelog_has_a_place_for_figures():
    parts = re.split(r"^## ", text("CHANGELOG.md"), flags=re.MULTILINE)[1:]
    assert parts[0].startswith("[Unreleased]")
    assert all("\n### Figures\n" in part for part in parts)
