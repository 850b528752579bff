"""Showing a run: a bar where someone watches, plain lines where a log is kept."""

from typing import Any, TextIO

from helpers.cli.messages import say
from helpers.reports.ledger import Entry
from helpers.reports.plan import Job

__all__ = ["Progress"]


class Progress:
    """Counts reports and shows how many are left; `lang` is that of its words."""

    def __init__(self, stream: TextIO, lang: str) -> None:
        self.stream, self.lang = stream, lang
        self.total = self.number = 0
        self.running: dict[Job, str] = {}
        self.bar: Any = None

    def planned(self, total: int) -> None:
        """So many reports more will be built."""
        self.total += total
        if self.bar is not None:
            self.bar.total = self.total
        elif self.stream.isatty():
            from tqdm import tqdm

            words = say("building", self.lang)
            self.bar = tqdm(total=total, desc=words, file=self.stream, leave=False, unit="")

    def started(self, job: Job) -> None:
        """A report is being built."""
        self.running[job] = job.path
        self._show()

    def finished(self, entry: Entry) -> None:
        """A report has come about, or has not."""
        self.number += 1
        self.running.pop(entry.job, None)
        if self.bar is not None:
            self.bar.update()
            self._show()
            return
        name = f"{entry.status}_line"
        at = {"number": self.number, "total": self.total, "seconds": entry.seconds}
        text = say(name, self.lang, path=entry.job.path, **at)
        if entry.status == "built" and entry.reason:
            text += f"：{entry.reason_zh}" if self.lang == "zh" else f": {entry.reason}"
        print(text, file=self.stream, flush=True)

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.close()

    def _show(self) -> None:
        if self.bar is not None:
            self.bar.set_postfix_str("; ".join(self.running.values()))
