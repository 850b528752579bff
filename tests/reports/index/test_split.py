"""Three thousand regions: a page a parent, each small enough for a phone."""

from types import SimpleNamespace

from helpers.reports.index import build
from helpers.reports.ledger import Entry, Ledger
from helpers.reports.plan import Catalogue, Job
from helpers.reports.ledger import State

PARENTS = [f"{code}00" for code in range(1000, 1300)]
CHILDREN = [f"{parent[:4]}{number:02d}" for parent in PARENTS for number in range(1, 10)]
LABELS = {f"figure_{n}": {"area": "care", "label_zh": f"数字{n}", "label_en": f"Figure {n}"}
          for n in range(40)}  # fmt: skip


def region(code, parent=""):
    return {"name_zh": f"第{code}区", "name_en": f"Region {code}", "parent": parent}


def run(out, codes, areas=("care",), langs=("zh", "en")):
    plan = Catalogue(
        areas={area: {"title_zh": area, "title_en": area} for area in areas},
        regions={p: region(p) for p in PARENTS} | {c: region(c, f"{c[:4]}00") for c in CHILDREN},
        periods={"2024": {"label_zh": "2024年", "label_en": "2024"}},
        told=(), untold=(), labels=LABELS,
    )  # fmt: skip
    jobs = [Job(area, code, "2024", lang) for code in codes for area in areas for lang in langs]
    entries = {job: Entry(job.area, job.region, job.period, job.lang, "built", sha256="ab",
                          path=job.path) for job in jobs}  # fmt: skip
    state = State()
    told = {slug: [str(n), f"{n}名"] for n, slug in enumerate(LABELS)}
    for job in jobs:
        state.reports[job.path] = {"sha256": "ab", "figures": 40, "stated": told}
    folder = SimpleNamespace(hashes={"observations.csv": "cd"})
    prepared = SimpleNamespace(plan=plan, folder=folder, shared={"program": "p"})
    request = SimpleNamespace(out=out, fresh=False, audience="public")
    return SimpleNamespace(
        request=request, prepared=prepared, state=state, before=Ledger(), entries=entries,
        index={}, history={}, keys={}, files={},
    )  # fmt: skip


def sizes(out):
    return {path.name: path.stat().st_size for path in out.glob("index*.html")}


def test_few_regions_have_one_page(tmp_path):
    assert build.bring_up_to_date(run(tmp_path, CHILDREN[:20])) == ""
    assert list(sizes(tmp_path)) == ["index.html"]


def test_many_regions_are_told_of_on_a_page_a_parent_and_only_what_changed_is_written(tmp_path):
    made = run(tmp_path, [*PARENTS[:15], *CHILDREN[:135]])
    assert build.bring_up_to_date(made) == ""
    written = sizes(tmp_path)
    assert len(written) == 16
    above = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert '<a href="index-100000.html#zh">第100000区</a>' in above
    assert 'href="zh/100001/2024/care.html"' not in above
    below = (tmp_path / "index-100000.html").read_text(encoding="utf-8")
    assert 'href="zh/100001/2024/care.html"' in below
    assert 'href="zh/100000/2024/care.html"' in below
    assert 'href="index.html"' in below
    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.glob("index*.html")}
    entry = made.entries.pop(Job("care", "100001", "2024", "zh"))
    assert build.bring_up_to_date(made) == ""  # which is another edition, told on the first page
    changed = {path.name for path, at in stamps.items() if path.stat().st_mtime_ns != at}
    assert changed == {"index.html", "index-100000.html"}
    assert entry.path not in (tmp_path / "index-100000.html").read_text(encoding="utf-8")


def test_a_parents_page_goes_when_nothing_is_below_it(tmp_path):
    made = run(tmp_path, CHILDREN[:135])
    build.bring_up_to_date(made)
    assert "index-100000.html" in sizes(tmp_path)
    made.entries = {job: entry for job, entry in made.entries.items() if job.region >= "100100"}
    build.bring_up_to_date(made)
    assert "index-100000.html" not in sizes(tmp_path)


def test_three_thousand_regions_have_small_pages(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "_page", lambda run, name, shared, page: pages.update({name: page}))
    pages = {}
    everything = run(tmp_path, [*PARENTS, *CHILDREN])
    assert build.bring_up_to_date(everything) == ""
    assert len(pages) == 301
    monkeypatch.undo()
    for name in ("index.html", "index-100000.html"):
        build._page(everything, name, build._shared(everything), pages[name])
    assert max(sizes(tmp_path).values()) < 600_000
    above = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert 'href="zh/100000/2024/care.html"' not in above  # told on the page of its own
