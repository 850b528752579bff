"""Everything in one command: python3 run.py reports, and nothing to install first.

Only the standard library is used here. The first start makes `.venv` with the Python that
runs this file and installs the locked, hash-checked packages; later starts install nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.txt"
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
SDMX, SDMX_LOCK = ROOT / ".venv-sdmx", ROOT / "requirements-sdmx.lock"  # for one long test
KERNEL = ROOT / "src/helpers/reports/kernels/halfsky-warm"
OLDEST = (3, 11)
INTERRUPTED, NOTHING_COLLECTED = 2, 5  # exit codes of pytest
IN_PARALLEL = ("-n", "auto", "--dist", "loadfile")  # one process a core, a file in one of them

VERBS = {
    "reports": "build every report of the shipped data into reports/",
    "test": "run the quick tests, the notebooks' stored outputs included (four minutes)",
    "test-slow": "run the long tests: kills, harms, clusters, whole editions",
    "demo": "a year's work on simulated figures: forms, submissions, collected, reported",
    "lab": "open JupyterLab",
    "check": "validate the data tables",
    "bench": "measure what reports cost and write docs/benchmarks.md (a quarter of an hour)",
    "refresh": "run the notebooks and store their outputs anew, which `test` then compares",
    "lint": "look for faults of style in the code",
    "setup": "make .venv and stop",
    "lock": "choose package versions anew and write requirements.lock (needs the network)",
}


class SetupError(Exception):
    """What stands in the way, and what to do about it; exit code 2."""


def main(arguments: list[str]) -> int:
    """Carry out one verb and return its exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    verb, rest = arguments[0], arguments[1:]
    if verb not in VERBS:
        print(f"run.py: '{verb}': no such verb\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        require_python()
        if verb == "lock":
            return write_lock(rest)
        set_up()
    except SetupError as error:
        print(f"run.py: {error}", file=sys.stderr)
        return 2
    return perform(verb, rest)


def usage() -> str:
    """The verbs, one a line, as `make` and `run.py` show them."""
    lines = [f"  {verb:<9} {purpose}" for verb, purpose in VERBS.items()]
    return "\n".join(["make VERB, or python3 run.py VERB [OPTION]...", "", *lines])


def require_python() -> None:
    """Refuse a Python that is too old, or one that Debian ships without venv."""
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        wanted = ".".join(str(part) for part in OLDEST)
        raise SetupError(
            f"Python {found} is too old; install Python {wanted} or newer and run "
            f"python{wanted} run.py (with make: make PYTHON=python{wanted} reports)"
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            "this Python cannot make an environment; on Debian or Ubuntu: "
            "sudo apt install python3-venv"
        )


# --- the environment -------------------------------------------------------------------


def stamp() -> str:
    """Two lines: which interpreter and place the environment is for, and what is in it.

    A change of the first line means a new environment, of the second an installation into
    the one that is there. The place counts because scripts in .venv/bin hold it.
    """
    home = hashlib.sha256(f"{sys.version}\n{ROOT}".encode()).hexdigest()
    content = hashlib.sha256(LOCK.read_bytes() + b"\0" + PROJECT.read_bytes()).hexdigest()
    return f"{home}\n{content}\n"


def installed() -> str:
    """The stamp of the environment that is there; empty when none was finished."""
    try:
        return STAMP.read_text(encoding="utf-8")
    except OSError:
        return ""


def python_of(folder: Path) -> Path:
    """The interpreter of an environment, on this system."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def works() -> bool:
    """Whether the environment's interpreter starts and finds the project."""
    try:
        probe = [str(python_of(VENV)), "-c", "import helpers, pip"]
        return subprocess.run(probe, env=environment(), capture_output=True).returncode == 0
    except OSError:
        return False


def environment() -> dict[str, str]:
    """This process's environment without what would lead Python or pip astray."""
    stray = {"PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in stray}
    return {**kept, "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def set_up() -> None:
    """Make or complete `.venv`; at once back when it is complete already."""
    wanted = stamp()
    if installed() == wanted and works():
        return
    with only_one():
        if installed() == wanted and works():  # another start has just done it
            return
        started = time.monotonic()
        print("Setting up .venv (about a minute, the first time only) ...", flush=True)
        usable = installed().partition("\n")[0] == wanted.partition("\n")[0] and works()
        with suppress(OSError):
            STAMP.unlink()  # from here on the environment is unfinished, whatever happens
        if not usable:
            make_environment(VENV)
        install()
        STAMP.write_text(wanted, encoding="utf-8")
        print(f"Set up in {time.monotonic() - started:.0f} s.", flush=True)


def make_environment(folder: Path) -> None:
    """A new, empty environment; whatever stood there is removed."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    step([base, "-m", "venv", "--clear", str(folder)], "the environment could not be made")


def install() -> None:
    """The locked packages, each file checked by its hash, then the project itself."""
    pip = [str(python_of(VENV)), "-m", "pip", "install", "--quiet", "--no-input", "--no-compile"]
    step(
        [*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)],
        "the packages could not be installed; is the network there? Start again to continue",
    )
    # setuptools is among the locked packages, so that nothing is downloaded to build with
    step(
        [*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
        "the project itself could not be installed",
    )
    jupyter = [str(python_of(VENV)), "-m", "jupyter_client.kernelspecapp", "install"]
    step(
        [*jupyter, "--sys-prefix", "--log-level=ERROR", "--name", KERNEL.parts[-1], str(KERNEL)],
        "the kernel could not be installed",
    )
    # JupyterLab shows the stored charts of notebooks that are signed by whoever opens them
    notebooks = [str(path) for path in (ROOT / "notebooks").glob("*.ipynb")]
    signing = [str(python_of(VENV)), "-m", "nbformat.sign", *notebooks]
    subprocess.run(signing, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    # On all processors, where pip uses one; and here, because where Python may not write what it
    # has compiled (PYTHONDONTWRITEBYTECODE), each start of each process would compile it anew.
    # Packages bring files that are not for this Python: that is no failure.
    compiling = [str(python_of(VENV)), "-m", "compileall", "-qq", "-j", "0"]
    compiling += [str(VENV), str(ROOT / "src")]
    subprocess.run(compiling, stdin=subprocess.DEVNULL, check=False)


def set_up_reader() -> None:
    """The environment in which a test reads the SDMX export back with pysdmx.

    It brings pyarrow, which changes how pandas stores text: not into the project's own.
    """
    content = hashlib.sha256(LOCK.read_bytes() + SDMX_LOCK.read_bytes() + str(ROOT).encode())
    stamp, wanted = SDMX / "installed.txt", content.hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    make_environment(SDMX)
    pip = [str(python_of(SDMX)), "-m", "pip", "install", "--quiet", "--no-input", "--no-compile"]
    step(
        [*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(SDMX_LOCK)],
        "the packages for reading SDMX could not be installed; is the network there?",
    )
    stamp.write_text(wanted, encoding="utf-8")


def step(command: list[str], failure: str) -> None:
    """Run one command of the set-up, or say what failed."""
    # close_fds: a child inherits the lock of only_one(), and so keeps it if we are killed
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, close_fds=False
    )
    if done.returncode:
        raise SetupError(failure)


@contextmanager
def only_one():
    """Wait until no other start is setting up; released by the system if all of it dies."""
    with (ROOT / ".venv.lock").open("a+b") as handle:
        if os.name == "nt":
            import msvcrt

            handle.seek(0)
            while True:
                with suppress(OSError):  # LK_LOCK gives up after ten seconds
                    msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                print("Another start is setting up .venv; waiting for it ...", flush=True)
                fcntl.flock(handle, fcntl.LOCK_EX)
            os.set_inheritable(handle.fileno(), True)
        yield


def write_lock(options: list[str]) -> int:
    """Write requirements.lock for every system and Python, with hashes, without addresses.

    Versions stay as they are unless `--upgrade` or `--upgrade-package NAME` is given.
    """
    tools = VENV.with_name(".venv-lock")
    make_environment(tools)
    python = str(python_of(tools))
    step([python, "-m", "pip", "install", "--quiet", "uv"], "uv could not be installed")
    command = [
        *(python, "-m", "uv", "pip", "compile", "--universal", "--generate-hashes", "--quiet"),
        *("--python-version", ".".join(str(part) for part in OLDEST), "--no-config"),
        *("--no-header", "--no-annotate"),
    ]
    own = ["--extra", "dev", "--extra", "dask", "--output-file", LOCK.name, PROJECT.name]
    reader = ["--group", "sdmx", "--output-file", SDMX_LOCK.name]
    for wanted in (own, reader):
        step([*command, *wanted, *options], "no set of versions fits pyproject.toml")
    return 0


# --- the verbs -------------------------------------------------------------------------


def perform(verb: str, rest: list[str]) -> int:
    """Run the verb inside the environment."""
    if verb == "setup":
        return 0
    if verb == "test":
        return test(rest)
    if verb == "demo":
        return script("examples/demo.py", *rest)
    if verb == "test-slow":
        set_up_reader()
        return call("pytest", *IN_PARALLEL, "-m", "slow", *(rest or ["tests"]))
    if verb == "refresh":
        return call("helpers.projects.refresh", *rest)
    if verb == "bench":
        return call("tests.benchmarks", *rest)
    if verb == "lint":
        return call("ruff", "check", *rest) or call("ruff", "format", "--check", *rest)
    return call("helpers", "report" if verb == "reports" else verb, *rest)


def test(rest: list[str]) -> int:
    """Run the quick tests, then the notebooks against their stored outputs; both count.

    Options go to both runs (an empty selection in one of them is then no failure); when a
    file or folder is named, only that is run. With `--data DIR` it is the project of these data
    that is tested: its tables, the style of its notebooks, their stored outputs.
    """
    if rest[:1] == ["--data"] and len(rest) > 1:
        return test_project(Path(rest[1]).resolve(), rest[2:])
    if any(not word.startswith("-") and (ROOT / word.partition("::")[0]).exists() for word in rest):
        return call("pytest", *notebook_options(rest), *rest)
    codes = [call("pytest", *IN_PARALLEL, "-m", "not slow", "tests", *rest)]
    if codes[0] == INTERRUPTED or codes[0] >= 128:
        return codes[0]
    codes.append(compare("notebooks", rest))
    if rest and set(codes) == {0, NOTHING_COLLECTED}:
        return 0
    return next((code for code in codes if code), 0)


def test_project(data: Path, rest: list[str]) -> int:
    """Check another project's data, the style of its notebooks and their stored outputs."""
    os.environ["HALFSKY_DATA"] = str(data)  # tells tests/notebooks whose notebooks are meant
    if code := call("helpers", "check", "--data", str(data)):
        return code
    notebooks = data.parent / "notebooks"
    if not any(notebooks.glob("*.ipynb")):
        return 0
    return call("pytest", "-q", "-m", "not slow", "tests/notebooks", *rest) or compare(
        str(notebooks), rest, f' ARGS="--data {data}"'
    )


def compare(notebooks: str, rest: list[str], given: str = "") -> int:
    """Run the notebooks of a folder against their stored outputs."""
    code = call("pytest", *notebook_options(["notebooks/"]), notebooks, *rest)
    if code == 1:
        print(f"Outputs differ from the stored ones. If that is meant: make refresh{given}")
    return code


def notebook_options(paths: list[str]) -> list[str]:
    """What pytest needs to know when notebooks are among the paths."""
    notebooks = any(path.endswith(".ipynb") or "notebooks" in Path(path).parts for path in paths)
    return ["--nbval", "--nbval-current-env"] if notebooks else []


def call(module: str, *arguments: str) -> int:
    """Run a module of the environment in the project's folder; its exit code."""
    return run([str(python_of(VENV)), "-m", module, *arguments])


def script(path: str, *arguments: str) -> int:
    """Run a script of the project with the environment's Python; its exit code."""
    return run([str(python_of(VENV)), path, *arguments])


def run(command: list[str]) -> int:
    """Run a command in the project's folder and let Ctrl-C reach it; its exit code."""
    with subprocess.Popen(command, cwd=ROOT, env=environment()) as child:
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        while True:
            with suppress(KeyboardInterrupt):  # Ctrl-C reaches the child too: let it end
                code = child.wait()
                return code if code >= 0 else 128 - code  # ended by a signal, as a shell says it


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
