"""A year's work on simulated figures: `make demo`, or `python3 run.py demo`.

The districts' forms for 2024 are made, filled in by script as offices fill them in, some clean
and some not, collected, and reported. Then comes what the office asked for, and it is collected
again. Everything is written below `.halfsky/demo`, from a fixed seed.
"""

from __future__ import annotations

import csv
import random
import shutil
import sys
import webbrowser
from pathlib import Path

import openpyxl

from helpers.cli import main
from helpers.data import home, load

SEED, PERIOD, CITY = 20240308, "2024", "370400"
SHIZHONG, XUECHENG, YICHENG = "370402", "370403", "370404"
TAIERZHUANG, SHANTING, TENGZHOU = "370405", "370406", "370481"
AREAS = ("family", "rights", "care")
DUE = "2025-01-15"
ANSWER = "kind,source,shown,meaning\nheading,,妈妈数,loving_mothers\n"  # what Shanting confirms
NO_NUMBER = "暂估五百"  # typed where a number belongs


def figures_before(folder: Path) -> Path:
    """The simulated districts as they stood before anybody had reported the year."""
    shutil.copytree(home() / "examples" / "districts", folder)
    path = folder / "observations.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        head, *rows = csv.reader(lines)
    with path.open("w", encoding="utf-8", newline="") as out:
        kept = [row for row in rows if row[2] != PERIOD]
        csv.writer(out, lineterminator="\n").writerows([head, *kept])
    return folder


def answers() -> dict[str, dict[str, str]]:
    """Region → indicator → what it reports, as it would type it: the simulated figures, and for a
    place that has none last year's with a little noise."""
    rows, rng = load(home() / "examples" / "districts").observations, random.Random(SEED)
    told: dict[str, dict[str, str]] = {}
    for row in rows[rows["period"].isin(["2023", PERIOD])].to_dict("records"):
        value = row["value"]
        if row["period"] != PERIOD:
            noise = rng.uniform(0.97, 1.06) if value > 100 else 1  # shares stay shares
            value = round(float(value) * noise)
        told.setdefault(row["region"], {})[row["indicator"]] = f"{value}{row['qualifier'] or ''}"
    return told


def fill_in(form: Path, target: Path, told: dict[str, str], on: str, **remarks: str) -> None:
    """A form filled in through its list of cells, as a program would; ``remarks`` by indicator."""
    book = openpyxl.load_workbook(form)
    places = {
        (slug.value, field.value): book[sheet.value][address.value]
        for slug, field, sheet, address in book["_cells"].iter_rows(min_row=2, max_col=4)
    }
    for slug, text in told.items():
        if (slug, "value") in places:
            try:
                places[slug, "value"].value = float(text) if "." in text else int(text)
            except ValueError:  # a number with its rounding word, typed as text
                places[slug, "value"].value = text
    for slug, remark in remarks.items():
        places[slug, "remark"].value = remark
    about = {row[0].value: row[1].value for row in book["_form"].iter_rows(max_col=2)}
    for name, text in {"filled_by": "某某", "checked_by": "某某", "filled_on": on}.items():
        sheet, _, address = about[name].rpartition("!")
        book[sheet][address].value = text
    book.save(target)


def first_delivery(forms: Path, inbox: Path, told: dict[str, dict[str, str]]) -> None:
    """What arrives by the day agreed on."""
    for code, name in ((SHIZHONG, "市中区"), (TENGZHOU, "滕州市"), (YICHENG, "峄城区")):
        values, remarks = dict(told[code]), {}
        if code == TENGZHOU:  # one blank, and why
            values.pop("loving_mothers")
            remarks = {"loving_mothers": "正在核实，月底补报"}
        if code == YICHENG:  # one cell that cannot be
            values["family_activities"] = NO_NUMBER
        form, target = forms / f"{code}-{PERIOD}.xlsx", inbox / f"{name}.xlsx"
        fill_in(form, target, values, "2025-01-08", **remarks)
    shutil.copy(inbox / "市中区.xlsx", inbox / "市中区（再发）.xlsx")  # the same once more
    form = forms / f"{XUECHENG}-{PERIOD}.xlsx"
    fill_in(form, inbox / "薛城区.xlsx", told[XUECHENG], "2025-01-06")
    told[XUECHENG]["loving_mothers"] = str(int(told[XUECHENG]["loving_mothers"].rstrip("余")) + 15)
    corrected = inbox / "薛城区（更正）.xlsx"
    fill_in(form, corrected, told[XUECHENG], "2025-01-10")
    mothers, couples = (told[SHANTING][i] for i in ("loving_mothers", "couples_counselled"))
    table = (
        "2024年妇女工作统计表,,\n单位：见表,,\n地区,年份,妈妈数,接受辅导的拟离婚夫妻\n"
        f"山亭区,2024年,{mothers},{couples}\n填表人：某某,,审核人：某某\n"
    )  # a table of its own, with a heading that the codebook does not know
    (inbox / "山亭区报表.csv").write_bytes(table.encode("gb18030"))


def second_delivery(forms: Path, inbox: Path, out: Path, told: dict[str, dict[str, str]]) -> None:
    """What comes after the office has asked: the answer, the form mended, the form that was
    late, the figure that was blank; and the city's own figure, in which a district is missing."""
    (out / "mapping.csv").write_text(ANSWER, encoding="utf-8")
    late = ((YICHENG, "峄城区"), (TAIERZHUANG, "台儿庄区"), (TENGZHOU, "滕州市（补报）"))
    for code, name in late:
        fill_in(forms / f"{code}-{PERIOD}.xlsx", inbox / f"{name}.xlsx", told[code], "2025-01-20")
    mothers = {
        code: int(told[code]["loving_mothers"].rstrip("余近")) for code in told if code != CITY
    }
    city = sum(mothers.values()) - mothers[TENGZHOU]
    (inbox / "市妇联简报.csv").write_text(
        f"地区,年份,爱心妈妈\n枣庄市,2024,{city}\n", encoding="utf-8"
    )


def step(*arguments: str | Path, code: int = 0) -> None:
    """One command, shown as a user would type it, and its exit code, which must be ``code``."""
    words = [str(word) for word in arguments]
    print("\n$ halfsky", *words, flush=True)
    if (found := main(words)) != code:
        sys.exit(f"demo: exit code {found}, expected {code}")


def demo(place: Path) -> None:
    """The year, from empty forms to reports."""
    shutil.rmtree(place, ignore_errors=True)
    inbox, forms, out, pages = (place / name for name in ("inbox", "forms", "collected", "reports"))
    inbox.mkdir(parents=True)
    data, told = figures_before(place / "data"), answers()
    step("form", "--all", "--period", PERIOD, "--data", data, "--out", forms)
    collect = ("collect", inbox, "--data", data, "--out", out, "--due", DUE)
    first_delivery(forms, inbox, told)
    step(*collect, code=1)  # one form is sent back, one heading asked about
    second_delivery(forms, inbox, out, told)
    step(*collect, code=1)  # the city's own figure is not its districts' sum: the office decides
    step("check", "--data", out)
    where = (
        "--region",
        CITY,
        "--region",
        XUECHENG,
        "--period",
        PERIOD,
        "--data",
        out,
        "--out",
        pages,
    )
    step("report", *AREAS, *where)
    print(f"\n{out / 'intake.html'}\n{pages / 'index.html'}")
    if sys.stdout.isatty():
        webbrowser.open((pages / "index.html").resolve().as_uri())


if __name__ == "__main__":
    demo(Path(sys.argv[1]) if len(sys.argv) > 1 else home() / ".halfsky" / "demo")
