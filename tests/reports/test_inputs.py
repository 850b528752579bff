"""What a report depends on: content, never times or places."""

import os
from importlib.metadata import version

from helpers.reports import inputs


def written(root, *names, text="1"):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def test_files_beside_tables_and_notebooks_count_and_these_themselves_do_not(tmp_path):
    written(tmp_path / "data", "a.csv", "datapackage.json", "map.geojson", "more/b.csv", ".hidden")
    written(tmp_path / "nb", "care.ipynb", "lib.py", "x/.ipynb_checkpoints/y.py", "x/__pycache__/z")
    (tmp_path / "data" / "link").symlink_to(tmp_path / "data" / "a.csv")
    found = inputs.other_files(tmp_path / "data", ["a.csv", "datapackage.json"], tmp_path / "nb")
    assert sorted(found) == ["data/map.geojson", "data/more/b.csv", "notebooks/lib.py"]


def test_tables_in_a_folder_of_their_own_are_tables(tmp_path):
    written(tmp_path, "observations/1.csv", "observations/2.csv", "observations/notes.txt")
    known = ["observations/1.csv", "observations/2.csv"]
    found = inputs.other_files(tmp_path, known, tmp_path / "none")
    assert list(found) == ["data/observations/notes.txt"]


def test_modules_template_and_font_count_and_what_no_page_sees_does_not(tmp_path):
    page = [
        "quantity/read.py", "reports/page/template/index.html.j2", "reports/execute.py",
        "fonts/a.ttf", "audit/text/nouns.csv", "telling/charts.py",
    ]  # fmt: skip
    other = ["cli/report.py", "reports/build.py", "__pycache__/x.pyc", "reports/index/page.py"]
    written(tmp_path, *page, *other)

    def made_with():
        return {name: inputs.file_hash(path) for name, path in inputs.code_files(tmp_path).items()}

    before = made_with()
    written(tmp_path, *other, text="2")
    assert made_with() == before
    for name in page:
        written(tmp_path, name, text="2")
        assert made_with() != before, name
        written(tmp_path, name)
    os.utime(tmp_path / page[0], (0, 0))
    assert made_with() == before


def test_versions_are_those_that_the_packages_report():
    found = inputs.versions()
    for name in ("pandas", "papermill", "nbconvert", "matplotlib", "seaborn"):
        assert found[name] == version(name)


def test_a_package_that_shapes_no_page_does_not_count(tmp_path):
    (tmp_path / "pytest-9.2.0.dist-info").mkdir()
    (tmp_path / "pandas-3.1.1.dist-info").mkdir()
    assert set(inputs.versions([str(tmp_path)])) == {"pandas", "python", "system"}
