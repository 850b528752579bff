"""The verb export: what it writes, and what it refuses."""

from helpers.cli import main
from helpers.data import home


def test_three_forms_are_written_below_one_folder(tmp_path, capsys):
    assert (
        main(["export", "--data", str(home() / "tests" / "city"), "--out", str(tmp_path / "a")])
        == 0
    )
    written = {path.name for path in (tmp_path / "a").rglob("*") if path.is_file()}
    assert {"figures.xlsx", "data.csv", "structure.xml", "datapackage.json"} <= written
    assert str(tmp_path / "a" / "figures.xlsx") in capsys.readouterr().out


def test_a_file_in_the_folder_s_place_is_refused(tmp_path, capsys):
    (tmp_path / "a").write_text("x", encoding="utf-8")
    assert main(["export", "--out", str(tmp_path / "a"), "--lang", "en"]) == 2
    assert "is no folder" in capsys.readouterr().err
