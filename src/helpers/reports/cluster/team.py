"""The workers of a scheduler: who may take part, what each has been given, how to reach them."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from helpers.data.problems import Problem, problem
from helpers.reports.cluster import crew
from helpers.reports.cluster.parcel import Parcel
from helpers.reports.prepare import Prepared
from helpers.data.problems import Refused
from helpers.reports.queue import TICK
from helpers.reports.storage import REMEDY

__all__ = ["Team", "connect"]

TO_REACH = 10.0  # seconds in which the scheduler must answer
TO_JOIN = 60.0  # seconds in which a worker must be there, at the beginning or after the last left
RETRIES = 1  # of what stopped in the worker outside of any report


@contextmanager
def connect(address: str) -> Iterator[Any]:
    """A client of the scheduler; Refused where there is no Dask here, or no scheduler there."""
    where = ("--scheduler", 0, "", address)
    try:
        from distributed import Client
    except ImportError as error:
        zh = ("送往其他机器要有 Dask", f"安装：{REMEDY}")
        en = ("reports over several machines need Dask", f"install it: {REMEDY}")
        raise Refused([problem(where, "extra-missing", zh, en)]) from error
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # what goes wrong is told in our words
    try:
        with _reached(Client, address) as client:
            yield client
    finally:
        logging.disable(level)


@contextmanager
def _reached(kind: Any, address: str) -> Iterator[Any]:
    try:
        client = kind(address, timeout=TO_REACH, set_as_default=False, name="halfsky")
    except Exception as error:
        name = type(error).__name__
        zh = (f"连不上这个调度器（{name}）", "检查地址，以及 dask scheduler 是否在运行")
        en = (
            f"this scheduler cannot be reached ({name})",
            "check the address, and that dask scheduler is running",
        )
        where = ("--scheduler", 0, "", address)
        raise Refused([problem(where, "unreachable", zh, en)]) from error
    try:
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=5)


@dataclass(slots=True)
class Team:
    """Workers by address: `slots` of those who take part, `refused` of those who may not.

    `out` is the output folder's URL and the file there that all must see; `open` says that the
    work has begun, and so whoever is refused now is told of at once.
    """

    client: Any
    packed: Parcel
    prepared: Prepared
    out: tuple[str, str]
    noticed: Callable[[Problem], None]
    members: dict[str, int] = field(default_factory=dict)
    refused: dict[str, Problem] = field(default_factory=dict)
    seen: float = field(default_factory=time.monotonic)
    open: bool = False

    @property
    def slots(self) -> int:
        """Reports that the members can make at a time."""
        return sum(self.members.values())

    def gather(self, stop: Callable[[], bool]) -> None:
        """Wait for the first member; Refused where none comes."""
        while not stop():
            if not self.call():
                raise Refused([self._nobody("the scheduler was lost", "与调度器的连接中断")])
            if self.members:
                self.open = True
                for found in self.refused.values():
                    self.noticed(found)
                return
            if self.refused:
                raise Refused(self.refused.values())
            if self.abandoned():
                limit = f"{TO_JOIN:g}"
                zh, en = f"{limit} 秒内没有工作机", f"no worker within {limit} seconds"
                raise Refused([self._nobody(en, zh)])
            time.sleep(TICK)

    def _nobody(self, en: str, zh: str) -> Problem:
        place = ("--scheduler", 0, "", self.client.scheduler.address)
        remedy = ("在各台机器上启动 dask worker", "start dask worker on each machine")
        return problem(place, "no-worker", (zh, remedy[0]), (en, remedy[1]))

    def call(self) -> bool:
        """See who is there, admit who is new; whether the scheduler answers."""
        try:
            there = self.client.nthreads()
        except Exception:
            return False
        self.members = {name: n for name, n in self.members.items() if name in there}
        new = [name for name in there if name not in self.members and name not in self.refused]
        if new:
            self._admit(new)
        if self.members:
            self.seen = time.monotonic()
        return True

    def abandoned(self) -> bool:
        """Whether nobody has been there for too long."""
        return not self.members and time.monotonic() - self.seen > TO_JOIN

    def _run(self, function: Callable[..., Any], *given: Any, workers: Sequence[str]) -> Any:
        return self.client.run(function, *given, workers=list(workers), on_error="return")

    def _admit(self, names: Sequence[str]) -> None:
        digests = list(self.packed.contents)
        answers = self._run(crew.call, digests, *self.out, workers=names)
        lacking: dict[tuple[str, ...], list[str]] = {}
        for name, answer in answers.items():
            if isinstance(answer, OSError):  # gone already, or not yet there
                continue
            wrong = self._wrong(answer)
            if wrong:
                place = ("--scheduler", 0, "", name)
                self.refused[name] = problem(place, "worker-refused", *wrong)
                if self.open:
                    self.noticed(self.refused[name])
            else:
                lacking.setdefault(tuple(answer["lacking"]), []).append(name)
        for digests, workers in lacking.items():
            done = self._run(crew.deliver, self.packed.take(digests), workers=workers)
            for name in workers:
                if name in done and not isinstance(done[name], Exception):
                    self.members[name] = answers[name]["slots"]

    def supply(self, name: str) -> None:
        """Admit a worker that took up a report before he was called."""
        if name not in self.members and name not in self.refused:
            with suppress(Exception):
                self._admit([name])

    def _wrong(self, answer: Any) -> tuple[tuple[str, str], tuple[str, str]] | None:
        """Why a worker may not take part, in both languages; None where he may."""
        if isinstance(answer, Exception):
            kind = type(answer).__name__
            zh = (f"这台工作机没有能用的 helpers（{kind}）", "在它那里安装同一版本的本项目")
            en = (f"this worker has no usable helpers ({kind})", "install the same project there")
            return zh, en
        differs = _differs(answer, crew.program())
        if differs:
            zh = (f"这台工作机（{answer['host']}）的程序不同：{differs}", "两边安装同一版本")
            en = (f"this worker ({answer['host']}) has another program: {differs}",
                  "install the same versions on both sides")  # fmt: skip
            return zh, en
        if answer["out"]:
            who, out = answer["host"], self.out[0]
            zh = (
                f"这台工作机（{who}）看不到输出文件夹 {out}",
                "用各机共享的文件夹，或 --out s3://… 一类的网址",
            )
            en = (
                f"this worker ({who}) does not see the output folder {out}",
                "use a folder that all machines share, or a URL such as --out s3://...",
            )
            return zh, en
        return None

    def submit(self, function: Callable[..., Any], slip: Any, key: str) -> Any:
        """A future of `function(slip)`, made by a member."""
        only = list(self.members) if self.refused else None
        return self.client.submit(
            function, slip, key=key, pure=False, retries=RETRIES, workers=only
        )

    def results(self, futures: Sequence[Any]) -> dict[Any, Any]:
        """What futures came to: a result, an exception, or None where Dask has dropped it."""
        found = {one: one.exception() for one in futures if one.status == "error"}
        whole = [one for one in futures if one.status == "finished"]
        try:
            found |= zip(whole, self.client.gather(whole), strict=True)
        except Exception:  # a worker was lost with its answer: one after the other
            for one in whole:
                try:
                    found[one] = one.result()
                except Exception as error:
                    found[one] = error if one.status == "error" else None
        return {one: found.get(one) for one in futures}

    def dismiss(self, futures: Sequence[Any], run: str) -> None:
        """Take back what is under way, end what is being made for it."""
        with suppress(Exception):
            if self.client.status == "running":
                if futures:
                    self.client.cancel(futures, force=True)
                self.client.run(crew.stop, run, workers=list(self.members), on_error="ignore")


def _differs(there: Any, here: Any) -> str:
    """What two programs differ in, the first few names."""
    found = []
    for name in ("versions", "code"):
        a, b = here[name], there[name]
        for key in sorted({*a, *b}):
            if a.get(key) != b.get(key):
                values = f" {b.get(key, '-')} ≠ {a.get(key, '-')}" if name == "versions" else ""
                found.append(f"{key}{values}")
    return ", ".join(found[:4]) + (", …" if len(found) > 4 else "")
