"""Rows added to the shipped data: all tests stay green but for stored outputs, which say so.

The rows are what an office would add: a place, a time, figures, an area of work with rows alone,
and one with a notebook.
"""

import csv
import os
import re
import shutil
import subprocess
import sys

import pytest

from helpers.paths import home

ROWS = {
    "regions": [{"region": "371700", "position": 9, "name_zh": "菏泽市", "name_en": "Heze",
                 "parent": "370000", "level": "city"}],
    "periods": [{"period": "2024", "position": 3, "start": "2024-01-01", "end": "2024-12-31",
                 "label_zh": "2024年", "label_en": "2024"}],
    "areas": [
        {"area": area, "position": at, "title_zh": zh, "title_en": en, "leading": leading,
         "question_zh": f"{zh}做得怎么样？", "question_en": f"How does {en.lower()} go?"}
        for area, at, zh, en, leading in (
            ("screening", 10, "健康筛查", "Health screening", "women_screened"),
            ("sports", 11, "文体活动", "Sport and culture", "women_in_sports"),
        )
    ],
    "indicators": [
        {"indicator": slug, "area": area, "position": at, "label_zh": zh, "label_en": en,
         "unit": "人", "unit_en": "women", "unit_en_one": "woman", "measure_type": "flow",
         "counts": "person", "additive": "true", "sensitivity": "none", "minimum": 0,
         "definition_zh": f"本期{zh}的人数。", "definition_en": f"{en} in the period."}
        for slug, area, at, zh, en in (
            ("women_advised", "rights", 51, "接受法律咨询的妇女", "Women given legal advice"),
            ("women_screened", "screening", 52, "接受筛查的妇女", "Women screened"),
            ("cases_found", "screening", 53, "查出病例的妇女", "Women with findings"),
            ("women_in_sports", "sports", 54, "参加文体活动的妇女", "Women in sport and culture"),
        )
    ],
    "sources": [{"source": "return_2024", "title_zh": "年度工作统计", "title_en": "Annual return",
                 "publisher": "妇联", "mirror": "false"}],
    "observations": [
        {"indicator": slug, "region": region, "period": period, "value": value,
         "as_written": f"{value}{unit}", "status": "A", "source": "return_2024"}
        for slug, region, period, value, unit in (
            ("couples_counselled", "370400", "2024", 3120, "对"),
            ("couples_reconciled", "370400", "2024", 1207, "对"),
            ("couples_counselled", "370402", "2024", 641, "对"),
            ("couples_counselled", "371700", "2024", 4400, "对"),
            ("women_advised", "370400", "congress-9", 5217, "人"),
            ("women_screened", "370400", "2024", 43400, "人"),
            ("women_screened", "370400", "congress-9", 120300, "人"),
            ("cases_found", "370400", "2024", 318, "人"),
            ("women_in_sports", "370400", "congress-9", 8214, "人"),
        )
    ],
}  # fmt: skip


READERS = ("test_shipped_data.py", "test_city.py", "notebooks/test_notebooks.py",
           "analysis/test_figures.py", "analysis/test_report.py", "telling/test_tables.py",
           "telling/test_wording.py", "drafting/test_draft.py",
           "audit/text/test_study.py")  # fmt: skip


@pytest.fixture
def grown(tmp_path):
    """The project with more rows in its tables; everything else is the very same."""
    for path in home().iterdir():
        if path.name in ("data", "notebooks"):
            shutil.copytree(path, tmp_path / path.name)
        elif not path.name.startswith("."):
            (tmp_path / path.name).symlink_to(path)
    for table, rows in ROWS.items():
        file = tmp_path / "data" / f"{table}.csv"
        with file.open("r+", encoding="utf-8", newline="") as stream:
            columns = csv.DictReader(stream).fieldnames
            stream.seek(0, os.SEEK_END)
            csv.DictWriter(stream, columns, restval="", lineterminator="\n").writerows(rows)
    return tmp_path


@pytest.mark.slow
def test_only_stored_outputs_are_older_than_rows_that_were_added_and_they_say_so(grown):
    new = run(grown, "helpers", "new", "sports")
    assert new.returncode == 0, new.stderr
    readers = [str(home() / "tests" / name) for name in READERS]
    said = run(grown, "pytest", "-q", "-rf", "-m", "not slow", "-p", "no:cacheprovider", *readers)
    failed = re.findall(r"^FAILED (\S+)(?: - (.*))?", said.stdout, re.MULTILINE)
    assert {one for one, _ in failed if "[sports]" in one or "[rights]" in one}
    assert not [one for one, _ in failed if not re.search(r"test_notebooks|test_study", one)]
    assert said.stdout.count("make refresh") >= len(failed), said.stdout


def run(project, module, *arguments):
    """What a module says in the grown project."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, cwd=home(),
        env={**os.environ, "HALFSKY_HOME": str(project), "COLUMNS": "200"},
    )  # fmt: skip
