"""Every page of an edition as a reader's browser sees it, opened from its file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.conftest import CUT

pytestmark = pytest.mark.slow  # a whole edition; test_one_page.py is the quick pass

WIDTHS = (320, 390, 768, 1280, 1920, 2560)
NUMBERS = """() => {
  const list = document.getElementById("figures");  // a comparison of two editions has none
  if (!list) return [];
  const figures = JSON.parse(list.textContent);
  return Array.from(document.querySelectorAll("data"), d => {
    const figure = figures[d.dataset.figure];
    return [d.textContent, d.getAttribute("value"), figure ? String(figure.value) : null];
  });
}"""


@dataclass(frozen=True)
class Facts:
    """What one page did and was, gathered in one visit."""

    path: Path
    complaints: list[str]
    requests: list[str]
    violations: dict[str, str]  # by colour scheme
    cut: dict[int, list[str]]  # by width
    numbers: list[list[str]]
    headings: int
    lang: str
    title: str
    links: list[str]

    @property
    def name(self) -> str:
        """The page's place in the edition."""
        return "/".join(self.path.parts[-4:]) if self.path.name != "index.html" else "index.html"


@pytest.fixture(scope="session")
def facts(pages, kinds, visit) -> list[Facts]:
    """Every page, opened once."""
    return [_look_at(path, visit(path, reduced_motion="reduce")) for path in [*pages, *kinds]]


def _look_at(path: Path, seen) -> Facts:
    page, violations = seen.page, {}
    # The dark page differs in its colours alone.
    for scheme, options in (("light", None), ("dark", {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme=scheme)
        result = Axe().run(page, options=options)
        if result.violations_count:
            violations[scheme] = result.generate_report()
    cut = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        cut[width] = page.evaluate(CUT)
    found = Facts(
        path=path,
        complaints=list(seen.complaints),
        requests=list(seen.requests),
        violations=violations,
        cut={width: found for width, found in cut.items() if found},
        numbers=page.evaluate(NUMBERS),
        headings=page.locator("h1").count(),
        lang=page.locator("html").get_attribute("lang"),
        title=page.title(),
        links=page.evaluate("Array.from(document.links, a => a.href)"),
    )
    page.context.close()
    return found


def test_no_page_complains_or_asks_for_anything(facts):
    assert {f.name: f.complaints + f.requests for f in facts if f.complaints or f.requests} == {}


def test_no_page_breaks_an_accessibility_rule(facts):
    found = [f"{f.name} {how}: {report}" for f in facts for how, report in f.violations.items()]
    assert found == [], "\n".join(found)


def test_nothing_is_cut_at_any_width(facts):
    assert {f.name: f.cut for f in facts if f.cut} == {}


def test_pages_are_light_enough_for_mail(pages, kinds):
    most = {True: 600_000, False: 300_000}  # bytes of an index page, of a report
    sizes = {path: path.stat().st_size for path in (*pages, *kinds)}
    reports = {path for path in sizes if {"zh", "en"} & {*path.parts}}
    assert len(reports) > len(kinds)
    heavy = [
        (path.name, size)
        for path, size in sizes.items()
        if size > most[path.name.startswith("index")] and (path in reports or "index" in path.name)
    ]
    assert heavy == []


def test_every_number_is_its_figures(facts):
    numbers = [(f.name, *number) for f in facts for number in f.numbers]
    assert [n for n in numbers if not _traced(*n[1:])] == []
    assert numbers


def _traced(text: str, value: str, figure: str | None) -> bool:
    return figure is not None and text.strip() != "" and Decimal(value) == Decimal(figure)


def test_every_page_has_one_title_and_its_language(facts):
    for page in facts:
        wanted = "en" if "en" in page.path.parts[-4:-1] else "zh-CN"
        assert (page.headings, page.lang) == (1, wanted), page.name
        assert page.title.strip(), page.name


def test_every_link_leads_somewhere(facts):
    there = [f for f in facts if f.path.parent.name != "many"]  # those reports were never made
    links = {(f.name, link) for f in there for link in f.links if link.startswith("file:")}
    assert sorted(link for link in links if not _leads(link[1])) == []


@cache
def _leads(address: str) -> bool:
    parts = urlsplit(address)
    target = Path(url2pathname(parts.path))
    if not target.is_file():
        return False
    anchor = unquote(parts.fragment)
    return not anchor or f'id="{anchor}"' in target.read_text(encoding="utf-8")


def test_a_focused_number_shows_its_origin(pages, visit):
    for path in pages[:3]:
        number = visit(path).page.locator("data.fig:visible").first
        number.focus()
        shown = number.evaluate("e => getComputedStyle(e, '::after').content")
        assert number.get_attribute("data-origin") in shown.replace('\\"', '"')


def test_a_machine_without_chinese_fonts_reads_the_pages_own(pages, visit):
    for path in pages[:3]:
        page = visit(path).page
        states = page.evaluate(
            "document.fonts.load('16px \"Page Sans\"', '妇').then(f => f.map(x => x.status))"
        )
        assert states == ["loaded"], path.name


def test_paper_shows_the_report_and_not_the_window_dressing(pages, visit):
    report = next(path for path in pages if path.name != "index.html")
    page = visit(report).page
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    for chrome in (".ways", ".skip", ".contents.wide", ".contents.narrow", ".hint"):
        assert not page.locator(chrome).first.is_visible(), chrome
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_the_way_in_speaks_one_language_at_a_time(reports, visit):
    page = visit(reports / "index.html").page
    assert page.locator(".tongue.zh").is_visible()
    assert not page.locator(".tongue.en").is_visible()
    page.get_by_role("link", name="English", exact=True).first.click()
    assert page.locator(".tongue.en").is_visible()
    assert not page.locator(".tongue.zh").is_visible()
    page.get_by_role("link", name="中文", exact=True).first.click()
    assert page.locator(".tongue.zh").is_visible()


def test_the_way_in_is_whole_without_scripts(reports, visit):
    seen = visit(reports / "index.html", java_script_enabled=False)
    assert seen.page.locator(".tongue.zh .card a").count() > 0
    assert not seen.page.locator(".find").is_visible()


def test_a_search_finds_a_figure_by_the_initials_of_its_pinyin_and_leads_to_it(reports, visit):
    seen = visit(reports / "index.html")
    page, field = seen.page, seen.page.locator("#q")
    field.fill("axmm")
    first = page.locator(".find li").first
    assert first.inner_text().startswith("爱心妈妈：1.78万余名")
    for part in ("枣庄", "关爱服务"):
        assert part in first.inner_text()
    assert page.get_by_role("status").inner_text().startswith("找到")
    field.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('.find li') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**/care.html#loving_mothers")
    shown = page.locator("#loving_mothers").evaluate("e => getComputedStyle(e, '::after').content")
    assert "1.78万余名" in shown
    assert seen.complaints == []


@pytest.mark.parametrize(
    ("words", "found"),
    [("妈妈", "爱心妈妈"), ("loving mo", "Loving Mothers"), ("ＬＯＶＩＮＧ", "Loving Mothers"),
     ("zz care loving", "Loving Mothers")],
)  # fmt: skip
def test_any_part_of_any_name_finds_it_in_the_language_of_the_page(reports, visit, words, found):
    page = visit(reports / "index.html", "" if words == "妈妈" else "#en").page
    page.locator("#q").fill(words)
    assert found in page.locator(".find ol").inner_text()
    assert page.locator(".find").get_attribute("lang") == ("zh-CN" if words == "妈妈" else "en")


def test_what_is_not_there_is_not_found_and_nothing_typed_shows_nothing(reports, visit):
    page = visit(reports / "index.html").page
    page.locator("#q").fill("没有这个")
    assert page.get_by_role("status").inner_text().startswith("没有找到")
    page.locator("#q").fill("")
    assert page.locator(".find li").count() == 0
    assert page.locator("[role=status]").inner_text() == ""


def test_a_search_of_many_regions_goes_on_on_the_page_of_the_region(kinds, visit):
    (above,) = [path for path in kinds if path.parent.name == "many" and path.stem == "index"]
    page = visit(above).page
    page.locator("#q").fill("100003 数字7")
    page.locator(".find li a").first.click()
    page.wait_for_url("**/index-100000.html?q=*")
    assert page.locator("#q").input_value() == "数字7"
    assert "7名" in page.locator(".find li").first.inner_text()
