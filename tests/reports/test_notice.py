"""The notice of a run: what was built, what failed, what changed, in the language asked for."""

from pathlib import Path

from helpers.data.problems import problem
from helpers.reports.ledger import Entry
from helpers.reports.notice import LISTED, of_edition, of_refusal
from helpers.reports.run import Edition, Unmade

FIRST = {"number": 1, "date": "2025-01-31", "tally": {"zh": "x", "en": "x"}, "changes": []}
SECOND = {
    "number": 2, "date": "2025-02-28", "tally": {"zh": "共 1 处变化：修订 1", "en": "1 change: revised 1"},
    "changes": [{"key": "k", "zh": "修订 · 爱心妈妈：1名 → 2名", "en": "revised · Loving Mothers: 1 → 2"}],
}  # fmt: skip


def entry(area, status="built", **more):
    said = {"reason": "observations.csv changed", "reason_zh": "observations.csv 已改", **more}
    path = f"zh/010/2024/{area}.html" if status in ("built", "unchanged") else ""
    return Entry(area, "010", "2024", "zh", status, path=path, **said)


def told(*entries, lang="zh", opened=True, history=SECOND, **more):
    edition = Edition(entries, Path("out/index.html"), 1.0, history=history, opened=opened, **more)
    return of_edition(edition, lang)


def test_a_notice_says_what_was_built_what_failed_and_what_changed():
    failed = entry("rights", "failed", reason="died", reason_zh="内核终止", sha256="ab")
    text = told(entry("care"), failed)
    assert text.splitlines()[0] == "妇联工作数据报告：第 2 版（2025-02-28）"
    assert "新生成 1 份，未变 0 份，失败 1 份" in text
    assert "失败：\n- zh/010/2024/rights.html：内核终止（上一次的好报告仍在）" in text
    assert "- zh/010/2024/care.html（observations.csv 已改）" in text
    assert "- 共 1 处变化：修订 1\n- 修订 · 爱心妈妈：1名 → 2名" in text
    assert text.endswith("目录：out/index.html\n")


def test_it_speaks_english_when_asked():
    failed = entry("rights", "failed", reason="died")
    text = told(entry("care"), failed, lang="en")
    assert "1 built, 0 unchanged, 1 failed, 0 without figures." in text
    assert "- zh/010/2024/rights.html: died\n" in text
    assert "- revised · Loving Mothers: 1 → 2" in text
    assert told(lang="en", simulated=True).startswith("[SIMULATED DATA] The federation")
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in text)


def test_where_all_stands_it_says_that_no_figure_changed():
    text = told(entry("care", "unchanged"), opened=False)
    assert "没有数字变化。" in text
    assert "修订" not in text
    assert "这是第一版。" in told(entry("care"), history=FIRST)


def test_a_page_held_back_and_a_file_that_was_not_made_are_failures():
    held = entry("care", "withheld", sha256="ab", reason="", reason_zh="少了 3 个数字")
    unmade = Unmade("zh/010/2024/care.pdf", "timed out", "超时")
    text = told(held, unmade=(unmade,))
    assert "- zh/010/2024/care.html：少了 3 个数字" in text
    assert "- zh/010/2024/care.pdf：超时" in text


def test_long_lists_are_cut_and_counted():
    text = told(*[entry(f"a{n}") for n in range(LISTED + 5)])
    assert "- 另有 5 项" in text
    assert text.count("zh/010/2024/") == LISTED


def test_a_run_that_was_stopped_and_an_index_that_failed_are_told():
    assert "被中断" in told(stopped=True)
    assert told(index_failure="磁盘已满").endswith("目录未能更新：磁盘已满\n")


def test_a_refusal_names_every_problem_and_no_warning():
    wrong = problem(
        ("observations.csv", 3, "value", "x"), "r", ("不是数", "改正"), ("no number", "mend")
    )
    text = of_refusal([wrong], "zh")
    assert "没有生成报告" in text
    assert "observations.csv:3:value" in text
    assert "mend" in of_refusal([wrong], "en")
