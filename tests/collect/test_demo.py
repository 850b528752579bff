"""`make demo`: a year's work on simulated figures, from empty forms to reports."""

import csv
import re
import subprocess
import sys

import pytest

from helpers.paths import home


@pytest.mark.slow
def test_the_demo_goes_from_forms_to_reports_and_shows_what_is_open(tmp_path):
    command = [sys.executable, str(home() / "examples" / "demo.py"), str(tmp_path / "demo")]
    told = subprocess.run(command, capture_output=True, text=True, timeout=600, encoding="utf-8")
    assert told.returncode == 0, told.stdout + told.stderr
    first, second = told.stdout.split("$ halfsky collect")[1:]
    assert "峄城区.xlsx!家庭建设:11:E: '暂估五百': 不是数字" in first
    assert "台儿庄区：未报" in first
    assert "山亭区 2024：有问题待答" in first
    assert "相差 -6535；正好相当于滕州市（" in second
    with (tmp_path / "demo" / "collected" / "observations.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["period"] == "2024"]
    ways = {row["region"]: row["delivery"] for row in rows if row["indicator"] == "loving_mothers"}
    assert (ways["370403"], ways["370404"], ways["370481"]) == ("revised", "late", "late")
    assert {row["delivery"] for row in rows if row["region"] == "370400"} == {"summed", ""}
    page = (tmp_path / "demo" / "reports" / "zh" / "370400" / "2024" / "care.html").read_text(
        "utf-8"
    )
    text = re.sub(r"<[^>]+>", "", page)
    assert "6个地区报了6个，3个迟报，1个修订" in text
    assert "（已报各地之和）" in text
    assert re.search(
        r"各地相加是18,?293名，枣庄市的数是11,?758名，相差6,?535名；正好相当于滕州市", text
    )
