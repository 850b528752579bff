"""Standing: a run that has nothing to do is known again from a note that the one before it left.

Such a run should cost what Python costs to start and to hash, so nothing is imported here but
what that needs. The note is a shortcut and no authority: it counts only where the very same
command is given, every input has the content it had, every output is what was published, and
nobody else holds the folder. In any other case, however odd, the whole command runs.
"""

import os
import sys
import time
from collections.abc import Sequence
from hashlib import sha256

from helpers.reports.cache.glance import PACKAGE, SETTLED, Look, hashed, inputs, look

__all__ = [
    "CHANGED",
    "ONE",
    "SECONDS",
    "Command",
    "Note",
    "Output",
    "answer",
    "asked",
    "place",
    "write",
]

EDITION = b"1"
PRIVATE, FOLDER, LOCK, LEDGER = ".halfsky", "standing", "lock", "ledger.json"
SECONDS = 86399999.5  # stands in a note's answer for what the run will have cost
MANY = ("--region", "--period", "--lang")
ONE = ("--data", "--out", "--jobs", "--engine", "--timeout", "--audience")
FLAGS = ("--quiet", "--json")
CHANGED = ("", "changed")
MOST = 8  # commands that are remembered for one folder
MARKERS = ("pyproject.toml", "data/datapackage.json")
Command = dict[str, tuple[str, ...]]
Output = tuple[str, str, Look]  # path, SHA-256, what the file looked like before it was hashed


class Note:
    """What is remembered of a run: its inputs and outputs by content, and what it would say.

    `given` are the inputs that `files` does not list (tables, and what notebooks read besides),
    `inputs` the digest of all of them, `said` what goes to stdout and stderr, `ledger` what the
    ledger's file should hold from the next run on, empty where it does so already.
    """

    def __init__(
        self, given: Sequence[str], inputs: str, outputs: Sequence[Output],
        said: tuple[str, str], ledger: str = "", at: float = 0.0,
    ) -> None:  # fmt: skip
        self.given, self.inputs, self.outputs = list(given), inputs, list(outputs)
        self.said, self.ledger, self.at = said, ledger, at

    def as_bytes(self) -> bytes:
        """The note as a file holds it. ValueError where a path cannot be told on one line."""
        outputs = ["\t".join((path, sha, " ".join(map(str, at)))) for path, sha, at in self.outputs]
        head = [repr(self.at), self.inputs]
        parts = ["\n".join(lines) for lines in (head, self.given, outputs)]
        told = "\0".join((*parts, *self.said, self.ledger))
        paths = "".join((*self.given, *(output[0] for output in self.outputs)))
        if told.count("\0") != 5 or any(sign in paths for sign in "\n\t"):
            raise ValueError(paths)
        return EDITION + b"\n" + os.fsencode(told)


def _note(content: bytes) -> Note | None:
    digest, _, rest = content.partition(b"\n")
    if digest != sha256(rest).hexdigest().encode() or not rest.startswith(EDITION + b"\n"):
        return None
    head, given, outputs, out, err, ledger = os.fsdecode(rest[len(EDITION) + 1 :]).split("\0")
    at, inputs = head.split("\n")
    rows = [line.split("\t") for line in outputs.split("\n")]
    known = [(path, sha, tuple(map(int, status.split()))) for path, sha, status in rows]
    return Note(given.split("\n"), inputs, known, (out, err), ledger, float(at))


def asked(typed: Sequence[str]) -> Command | None:
    """The command by its options ("" for areas); None where it may not be answered from memory."""
    given: Command = {"--audience": ("public",)}
    words = iter(typed)
    if next(words, "") != "report":
        return None
    for word in words:
        name, has, value = word.partition("=")
        if name in MANY:
            given[name] = (*given.get(name, ()), value if has else next(words))
        elif name in ONE:
            given[name] = (value if has else next(words),)
        elif word in FLAGS:
            given[word] = ("",)
        elif word.startswith("-"):
            return None
        else:
            given[""] = (*given.get("", ()), word)
    return given


def place(command: Command) -> tuple[str, str, str]:
    """The house, the reports folder and the place of the note for a command.

    ValueError where there is none: outside a house, or on Windows, which keeps no time of change.
    """
    house = _house()
    if not house or os.name == "nt":
        raise ValueError(house)
    inner = "/internal" if command["--audience"] == ("internal",) else ""
    here = os.getcwd()
    (out,) = command.get("--out", ("",))
    out = os.path.join(here, out or f"{house}/reports{inner}")
    told = [f"{name}\0{value}" for name in sorted(command) for value in command[name]]
    told += [here, house, PACKAGE, sys.version, sys.executable, *sys.path]
    name = sha256(os.fsencode("\0\0".join(told))).hexdigest()[:32]
    return house, out, f"{out}/{PRIVATE}/{FOLDER}/{name}"


def _house() -> str:
    if os.environ.get("HALFSKY_HOME"):  # elsewhere: see `data.home`
        return ""
    folder, last = PACKAGE, ""
    while folder != last:
        if all(os.path.isfile(f"{folder}/{marker}") for marker in MARKERS):
            return folder
        folder, last = os.path.dirname(folder), folder
    return ""


def answer(typed: Sequence[str]) -> tuple[str, str] | None:
    """What the command says on stdout and stderr if there is nothing to do; None if there may
    be, CHANGED if there will be, and by the fork engine. The one thing done here is to enter in
    the ledger that reports are unchanged.
    """
    start = time.monotonic()
    try:
        command = asked(typed)
        if command is None:
            return None
        places = place(command)
        with open(places[2], "rb") as stream:
            note = _note(stream.read())
        handle = _held(places[1])
        try:
            if not note or handle is None:
                return None
            if inputs(places[0], note.given)[0] != note.inputs:
                forks = command.get("--engine", ("fork",)) == ("fork",)
                return CHANGED if forks and sys.platform == "linux" else None
            if not _stands(note, *places[1:]):
                return None
        finally:
            if handle is not None:
                os.close(handle)
    except (OSError, ValueError, StopIteration):
        return None
    seconds = time.monotonic() - start
    cost = repr(round(seconds, 2)) if "--json" in command else f"{seconds:.1f}"
    return note.said[0].replace(str(SECONDS), cost), note.said[1]


def _held(out: str) -> int | None:
    """A handle that holds the folder as any run does; None where another run has it."""
    import fcntl

    handle = os.open(f"{out}/{PRIVATE}/{LOCK}", os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    start = time.strftime("%Y-%m-%d %H:%M:%S")
    owner = f'{{"pid": "{os.getpid()}", "host": "{os.uname().nodename}", "start": "{start}"}}'
    os.ftruncate(handle, 0)
    os.write(handle, owner.encode("utf-8"))
    return handle


def _stands(note: Note, out: str, kept: str) -> bool:
    """Whether all reports are what they were; the ledger is brought up to date, and the note."""
    now, seen, read = time.time(), [], bool(note.ledger)
    for path, digest, before in note.outputs:
        status = look(f"{out}/{path}")
        if not status or status != before or before[2] / 1e9 >= note.at - SETTLED:
            read = True
            if hashed(f"{out}/{path}") != digest:
                return False
        seen.append((path, digest, status))
    if note.ledger:
        text = os.fsencode(note.ledger)
        replace(f"{out}/{LEDGER}", text)
        entry = (LEDGER, sha256(text).hexdigest(), look(f"{out}/{LEDGER}"))
        seen = [entry if output[0] == LEDGER else output for output in seen]
    if read:
        write(kept, Note(note.given, note.inputs, seen, note.said, "", now))
    return True


def write(kept: str, note: Note) -> None:
    """Keep a note where `place` says, and only so many beside it. Only under the lock."""
    folder, content = os.path.dirname(kept), note.as_bytes()
    os.makedirs(folder, exist_ok=True)
    replace(kept, sha256(content).hexdigest().encode() + b"\n" + content)
    others = sorted(os.scandir(folder), key=lambda one: one.stat().st_mtime_ns)
    for old in others[:-MOST]:
        os.unlink(old)


def replace(path: str, content: bytes) -> None:
    """Replace a file's content in one step."""
    part = f"{os.path.dirname(path)}/.{os.urandom(6).hex()}.part"
    try:
        with open(part, "xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
    except BaseException:
        if os.path.exists(part):
            os.unlink(part)
        raise
