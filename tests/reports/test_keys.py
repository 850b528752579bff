"""What a report depends on: content, never times."""

import json
import os

from helpers.reports.cache import keys


def folder(path, **files):
    path.mkdir()
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    listed = {"resources": [{"path": f"{name}.csv"} for name in files]}
    (path / "datapackage.json").write_text(json.dumps(listed), encoding="utf-8")
    return path


def test_a_changed_byte_changes_the_hash_and_a_changed_time_does_not(tmp_path):
    own = folder(tmp_path / "own", a="x\n1\n")
    before = keys.data(own, own)
    os.utime(own / "a.csv", (0, 0))
    assert keys.data(own, own) == before
    (own / "a.csv").write_text("x\n2\n", encoding="utf-8")
    os.utime(own / "a.csv", (0, 0))
    assert keys.data(own, own) != before


def test_a_folder_depends_on_the_tables_it_inherits_and_on_no_others(tmp_path):
    own, base = folder(tmp_path / "own", a="1"), folder(tmp_path / "base", a="2", b="3")
    before = keys.data(own, base)
    assert sorted(before) == ["a.csv", "b.csv", "base/datapackage.json", "datapackage.json"]
    (base / "a.csv").write_text("changed", encoding="utf-8")
    assert keys.data(own, base) == before
    (base / "b.csv").write_text("changed", encoding="utf-8")
    assert keys.data(own, base) != before


def test_an_unreadable_codebook_makes_every_table_count(tmp_path):
    own = folder(tmp_path / "own", a="1")
    (own / "datapackage.json").write_text("{", encoding="utf-8")
    (own / "b.csv").write_text("2", encoding="utf-8")
    assert sorted(keys.data(own, own)) == ["a.csv", "b.csv", "datapackage.json"]


def test_modules_template_and_font_count_and_what_no_page_sees_does_not(tmp_path):
    for name in ("reports/page/template", "audit", "fonts", "__pycache__"):
        (tmp_path / name).mkdir(parents=True)
    page = ["quantity.py", "reports/page/template_page.py", "reports/page/template/index.html.j2", "fonts/a.ttf"]
    other = ["cli.py", "audit/match.py", "__pycache__/x.pyc", "messages.py"]
    for name in (*page, *other):
        (tmp_path / name).write_text("1", encoding="utf-8")
    before = keys.code(tmp_path)
    for name in other:
        (tmp_path / name).write_text("2", encoding="utf-8")
    assert keys.code(tmp_path) == before
    for name in page:
        (tmp_path / name).write_text("2", encoding="utf-8")
        assert keys.code(tmp_path) != before, name
        (tmp_path / name).write_text("1", encoding="utf-8")


def test_versions_are_those_that_the_packages_report():
    from importlib.metadata import version

    found = keys.versions()
    for name in ("pandas", "papermill", "nbconvert", "matplotlib", "seaborn"):
        assert found[name] == version(name)


def test_a_package_that_shapes_no_page_does_not_count(tmp_path):
    (tmp_path / "pytest-9.2.0.dist-info").mkdir()
    (tmp_path / "pandas-3.1.1.dist-info").mkdir()
    assert set(keys.versions([str(tmp_path)])) == {"pandas", "python", "system"}
