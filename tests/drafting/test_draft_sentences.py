"""Sentences of drafts: what a row may hold, and what is refused, place and remedy told."""

import csv
import io

import pytest

from helpers.data import check, home
from helpers.data.problems import Problem

HEADER = "sentence,area,position,text_zh,text_en"
DATA = home() / "data"


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped data, without its codebook's neighbours."""
    for file in DATA.iterdir():
        if file.suffix in (".csv", ".json"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def refused(folder, zh, en) -> list[Problem]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([HEADER.split(","), ["one", "rights", "11", zh, en]])
    (folder / "sentences.csv").write_text(out.getvalue(), encoding="utf-8")
    return check(folder)


@pytest.mark.parametrize(
    ("zh", "en", "rule", "column", "value", "word"),
    [
        ("阵地{rights_venue}。", "{rights_venue}.", "unknown-name", "text_zh", "{rights_venue}",
         "rights_venues"),
        ("阵地2个，{rights_venues}。", "{rights_venues}.", "sentence-digit", "text_zh",
         "阵地2个，{rights_venues}。", "{indicator}"),
        ("阵地{rights_venues}。", "", "required", "text_en", "", ""),
        ("阵地{rights_venues。", "{rights_venues}.", "sentence-braces", "text_zh",
         "阵地{rights_venues。", "{name}"),
        ("阵地{rights_venues:x}。", "{rights_venues}.", "sentence-form", "text_zh",
         "{rights_venues:x}", "label"),
        ("阵地{rights_venues}。", "{rights_venues} {couples_counselled}.", "sentence-languages",
         "text_en", "{rights_venues} {couples_counselled}.", "both"),
    ],
)  # fmt: skip
def test_a_sentence_that_cannot_be_filled_is_refused(folder, zh, en, rule, column, value, word):
    found = refused(folder, zh, en)
    (one,) = [p for p in found if p.column == column and p.rule not in ("sentence-language",)][:1]
    assert (one.file, one.row, one.column, one.value) == ("sentences.csv", 2, column, value)
    if rule != "required":
        assert one.rule == rule
    assert word in one.remedy_en
    assert one.message_zh
    assert one.remedy_zh


def test_the_examples_take_their_sentences_from_the_project(tables, examples):
    assert list(examples.sentences["sentence"]) == list(tables.sentences["sentence"])
