"""A problem is one line, in either language, and never more than a log can bear."""

import json
import pickle
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import helpers
from helpers.data.problems import (
    PER_FILE,
    DataRefused,
    Problem,
    _messages,
    capped,
    problem,
    shown,
)

ONE = problem(
    ("observations.csv", 4, "value", "1.3万"),
    "not-a-number-magnitude",
    ("用了万、亿等单位", "写成 13000"),
    ("uses a magnitude word", "write 13000"),
)


def test_a_line_names_file_row_column_value_fault_and_remedy():
    assert ONE.line("en") == (
        "observations.csv:4:value: '1.3万': uses a magnitude word; write 13000"
    )
    assert ONE.line("zh") == "observations.csv:4:value: '1.3万': 用了万、亿等单位；写成 13000"


def test_a_file_without_a_row_is_named_alone():
    whole = problem(("areas.csv", 0, "", ""), "file-empty", ("空", "补"), ("empty", "fill"))
    assert whole.line("en") == "areas.csv: empty; fill"
    assert whole.as_dict("en")["row"] is None


def test_the_json_object_has_the_contracted_fields():
    told = json.loads(json.dumps(ONE.as_dict("zh")))
    assert told["file"] == "observations.csv"
    assert (told["row"], told["column"], told["value"]) == (4, "value", "1.3万")
    assert told["rule"] == "not-a-number-magnitude"
    assert (told["message"], told["remedy"]) == ("用了万、亿等单位", "写成 13000")


@given(st.text(), st.text(), st.sampled_from(["zh", "en"]))
def test_no_value_can_break_the_line(value, message, lang):
    found = Problem("a.csv", 2, "x", value, "r", message, message, "补", "mend")
    line = found.line(lang)
    assert len(line.splitlines()) == 1
    assert line.isprintable()


def test_identity_and_mobile_numbers_are_masked():
    assert "19900307" not in shown("370402199003071234 和 13812345678")
    assert "1234567" not in shown("13812345678")
    assert shown("x" * 500).endswith("…")
    assert len(shown("x" * 500)) == 80


def test_a_refusal_carries_every_problem_even_between_processes():
    refused = pickle.loads(pickle.dumps(DataRefused([ONE, ONE])))
    assert refused.problems == (ONE, ONE)
    assert "写成 13000" in str(refused)
    assert "write 13000" in str(refused)


def test_errors_come_before_warnings_where_a_file_has_too_many():
    def at(row, severity):
        place = ("a.csv", row, "x", "")
        return problem(place, "r", ("错", "改"), (f"wrong {row}", "mend"), severity)

    many = [at(row, "warning") for row in range(2, 300)] + [
        at(row, "error") for row in range(300, 310)
    ]
    kept = capped(many)
    assert sum(found.severity == "error" for found in kept) == 10
    assert sum(found.rule == "r" for found in kept) == PER_FILE
    assert kept[-1].rule == "more-problems"
    assert kept[-1].severity == "warning"
    assert "108" in kept[-1].message_en


def test_each_message_is_used_and_names_the_same_fields_in_both_languages():
    source = "".join(
        path.read_text(encoding="utf-8") for path in Path(helpers.__file__).parent.rglob("*.py")
    )
    fields = re.compile(r"(?<!\{)\{([a-z_]+)\}")
    for message, row in _messages().items():
        kind, _, name = message.partition("-")
        composed = kind == "unknown" or (kind == "codebook" and f'"{name}"' in source)
        assert composed or f'"{message}"' in source, message
        for column in ("zh", "en", "remedy_zh", "remedy_en"):
            assert row[column], (message, column)
        said = [set(fields.findall(row[lang] + row[f"remedy_{lang}"])) for lang in ("zh", "en")]
        assert said[0] <= said[1], message
