"""The set-up: what is installed, from what, and that it is done once."""

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from fontTools.ttLib import TTFont
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]

# conda-forge's names where they are not PyPI's
CONDA_NAMES = {
    "matplotlib-base": "matplotlib",
    "playwright-python": "playwright",
}
CONDA_ALONE = {"python", "pip"}  # what conda must be told and pip must not


@pytest.fixture
def run():
    """run.py as a module of its own, so that a test may bend it."""
    spec = importlib.util.spec_from_file_location("run_under_test", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# --- pyproject.toml, environment.yml and requirements.lock agree ------------------------


def declared() -> dict[str, SpecifierSet]:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    extras = project["optional-dependencies"].values()  # all of them are installed for the tests
    lines = project["dependencies"] + [line for extra in extras for line in extra]
    return {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}


def in_conda() -> dict[str, SpecifierSet]:
    listed = yaml.safe_load(text("environment.yml"))["dependencies"]
    by_pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    lines = [entry for entry in listed if isinstance(entry, str)]
    lines += [line for line in by_pip if not line.startswith("-e")]
    found = {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}
    return {CONDA_NAMES.get(name, name): specifier for name, specifier in found.items()}


def locked() -> list[tuple[str, str]]:
    pattern = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
    return [(canonicalize_name(name), version) for name, version in pattern.findall(lock_text())]


def lock_text() -> str:
    return text("requirements.lock")


def test_environment_yml_asks_for_the_versions_of_pyproject():
    conda = {name: spec for name, spec in in_conda().items() if name not in CONDA_ALONE}
    assert conda == declared()


def test_environment_yml_asks_for_the_same_python():
    wanted = tomllib.loads(text("pyproject.toml"))["project"]["requires-python"]
    assert in_conda()["python"] == SpecifierSet(wanted)


def test_environment_yml_installs_the_project_last():
    assert yaml.safe_load(text("environment.yml"))["dependencies"][-1]["pip"][-1] == "-e ."


def test_locked_versions_lie_inside_the_declared_ones():
    versions = locked()
    for name, specifier in declared().items():
        found = [version for locked_name, version in versions if locked_name == name]
        assert found, f"requirements.lock: '{name}' is not there; run make lock"
        outside = [version for version in found if version not in specifier]
        assert not outside, f"requirements.lock: {name} {outside} not in {specifier}"


def test_the_build_backend_is_locked_too():
    build = tomllib.loads(text("pyproject.toml"))["build-system"]["requires"]
    assert {canonicalize_name(Requirement(line).name) for line in build} <= dict(locked()).keys()


def test_each_dependency_says_why_it_is_there():
    for line in text("pyproject.toml").splitlines():
        if re.match(r'\s+"[A-Za-z].*[<>=]', line):
            assert re.search(r'",?\s*# \S|"\]\s*# \S', line), line


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - {"helpers"}


def test_every_package_that_the_code_imports_is_declared():
    project = tomllib.loads(text("pyproject.toml"))["project"]
    lines = list(project["dependencies"])
    for extra, more in project["optional-dependencies"].items():
        lines += more if extra != "dev" else []
    wanted = [Requirement(line) for line in lines]
    known = {canonicalize_name(name) for one in wanted for name in (one.name, *one.extras)}
    owners = packages_distributions()
    for path in sorted((ROOT / "src").rglob("*.py")):
        for module in imported(path):
            names = {canonicalize_name(name) for name in owners.get(module, [module])}
            assert names & known, f"{path.relative_to(ROOT)}: {module}: add it to pyproject.toml"


# --- requirements.lock ------------------------------------------------------------------


def test_the_lock_holds_no_address():
    assert "://" not in lock_text()
    options = [line for line in lock_text().splitlines() if line.startswith("-")]
    assert options == []


def test_every_locked_package_has_a_hash():
    for entry in re.split(r"^(?=\S)", lock_text(), flags=re.MULTILINE):
        if entry and not entry.startswith("#"):
            assert "--hash=sha256:" in entry, entry.partition("\n")[0]


# --- run.py -----------------------------------------------------------------------------


def test_run_py_needs_only_the_standard_library():
    tree = ast.parse(text("run.py"))
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_the_stamp_moves_with_the_lock_the_project_and_the_python(run, tmp_path, monkeypatch):
    for attribute in ("LOCK", "PROJECT"):
        copy = tmp_path / attribute
        copy.write_bytes(b"one")
        monkeypatch.setattr(run, attribute, copy)
    before = run.stamp()
    assert run.stamp() == before
    run.LOCK.write_bytes(b"two")
    after_lock = run.stamp()
    run.PROJECT.write_bytes(b"two")
    after_project = run.stamp()
    monkeypatch.setattr(run.sys, "version", "another")
    assert len({before, after_lock, after_project, run.stamp()}) == 4


@pytest.fixture
def workshop(run, tmp_path, monkeypatch):
    """A set-up that notes its steps instead of installing."""
    steps = []
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "STAMP", tmp_path / ".venv" / "installed.txt")

    def make(folder):
        steps.append("make")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()

    monkeypatch.setattr(run, "make_environment", make)
    monkeypatch.setattr(run, "install", lambda: steps.append("install"))
    monkeypatch.setattr(run, "works", lambda: run.VENV.is_dir())
    return SimpleNamespace(run=run, steps=steps)


def test_the_second_start_installs_nothing(workshop):
    workshop.run.set_up()
    workshop.run.set_up()
    assert workshop.steps == ["make", "install"]


def test_a_half_made_environment_is_made_anew(workshop, monkeypatch):
    def interrupted():
        raise workshop.run.SetupError("the network went away")

    with monkeypatch.context() as patch:
        patch.setattr(workshop.run, "install", interrupted)
        with pytest.raises(workshop.run.SetupError):
            workshop.run.set_up()
    workshop.run.set_up()
    assert workshop.steps == ["make", "make", "install"]


def test_a_broken_environment_is_made_anew(workshop, monkeypatch):
    workshop.run.set_up()
    answers = iter([False, False, False])
    monkeypatch.setattr(workshop.run, "works", lambda: next(answers))
    workshop.run.set_up()
    assert workshop.steps == ["make", "install"] * 2


def test_a_changed_lock_is_installed_into_the_environment_that_is_there(workshop, monkeypatch):
    workshop.run.set_up()
    home = workshop.run.stamp().partition("\n")[0]
    monkeypatch.setattr(workshop.run, "stamp", lambda: f"{home}\nchanged\n")
    workshop.run.set_up()
    assert workshop.steps == ["make", "install", "install"]


@pytest.mark.skipif(sys.platform == "win32", reason="the lock is another one on Windows")
def test_a_second_start_waits_for_the_first(run, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "ROOT", tmp_path)
    code = f"import run, pathlib; run.ROOT = pathlib.Path({str(tmp_path)!r})\n"
    code += "with run.only_one(): print('mine')"
    with run.only_one():
        command = [sys.executable, "-c", code]
        second = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert "waiting for it" in second.stdout.readline()
    assert second.communicate()[0] == "mine\n"
    assert second.returncode == 0


def test_an_old_python_is_told_what_to_install(run, monkeypatch, capsys):
    monkeypatch.setattr(run.sys, "version_info", (3, 9, 2))
    assert run.main(["setup"]) == 2
    assert "Python 3.9.2 is too old; install Python 3.11" in capsys.readouterr().err


def test_a_debian_without_venv_is_told_the_package(run, monkeypatch, capsys):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda _name: None)
    assert run.main(["setup"]) == 2
    assert "apt install python3-venv" in capsys.readouterr().err


def test_an_unknown_verb_is_refused(run, capsys):
    assert run.main(["reprots"]) == 2
    assert "'reprots': no such verb" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("codes", "options", "expected"),
    [
        ((0, 0), [], 0),
        ((1, 0), [], 1),
        ((0, 1), [], 1),
        ((0, 5), [], 5),
        ((0, 5), ["-k", "one"], 0),
        ((5, 5), ["-k", "none"], 5),
    ],
)
def test_both_test_runs_count(run, monkeypatch, codes, options, expected):
    answers = iter(codes)
    monkeypatch.setattr(run, "call", lambda *_words: next(answers))
    assert run.test(options) == expected


@pytest.mark.parametrize("code", [2, 143])
def test_an_interrupted_test_run_is_not_followed_by_another(run, monkeypatch, code):
    answers = iter([code])
    monkeypatch.setattr(run, "call", lambda *_words: next(answers))
    assert run.test([]) == code


# --- the Makefile and what is committed --------------------------------------------------


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_alone_lists_every_target(run):
    shown = subprocess.run(
        ["make", f"PYTHON={sys.executable}"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    targets = re.search(r"^VERBS := (.*)$", text("Makefile"), re.MULTILINE).group(1).split()
    assert sorted(targets) == sorted(run.VERBS)
    for target in [*targets, "clean"]:
        assert re.search(rf"^  {target} ", shown, re.MULTILINE), target


def committed() -> list[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_no_committed_file_holds_a_path_of_one_machine():
    pattern = re.compile(rb"(?<![\w.])/(root|work|home/\w+|Users/\w+|tmp/\w+)/|[A-Z]:\\Users\\")
    for path in committed():
        content = path.read_bytes() if path.is_file() else b""
        if b"\0" in content:  # fonts and pictures
            continue
        found = pattern.search(content)
        assert found is None, f"{path.relative_to(ROOT)}: {found.group()!r}: a path of one machine"


# --- the font ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def font():
    with TTFont(ROOT / "src/helpers/fonts/NotoSansSC-Subset.ttf") as opened:
        yield opened


def test_the_font_keeps_its_name_and_licence(font):
    assert font["name"].getDebugName(1) == "Noto Sans SC"
    assert "SIL Open Font License" in font["name"].getDebugName(13)
    assert "SIL OPEN FONT LICENSE Version 1.1" in text("src/helpers/fonts/OFL.txt")


def test_the_font_holds_every_chinese_character_of_the_standard_set(font):
    pairs = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    hanzi = {mark for pair in pairs for mark in pair.decode("gb2312", errors="ignore")}
    assert len(hanzi) == 6763
    assert {ord(mark) for mark in hanzi} <= font.getBestCmap().keys()


def test_the_font_holds_rare_characters_of_names_and_the_minus_sign(font):
    assert {ord(mark) for mark in "喆堃珺镕昇垚玥㛃䶮犇赟頔−"} <= font.getBestCmap().keys()


def test_the_font_holds_every_character_of_the_data_tables(font):
    for path in sorted((ROOT / "data").glob("*.csv")):
        shown = set(path.read_text(encoding="utf-8")) - set("\n\r\t\ufeff")
        missing = {mark for mark in shown if ord(mark) not in font.getBestCmap()}
        assert not missing, f"{path.name}: {''.join(sorted(missing))}: not in the charts' font"
