"""What `halfsky report` was asked for."""

from dataclasses import dataclass, field
from pathlib import Path

from helpers.data.problems import Problem
from helpers.reports.plan import Wanted

__all__ = ["COMMON", "MEMORY", "TIMEOUT", "Request"]

TIMEOUT = 600.0  # seconds a report may take
COMMON = "common.ipynb"  # tells any area from its rows; takes the area as a parameter too
MEMORY = 2048  # megabytes a report may hold, with all that its cells start


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was made; `problems` are what is wrong with its options.

    `timeout` is in seconds and `memory` in megabytes, both for one report; with `scheduler`
    (an address) other machines make the reports. `accept_shrink` says that fewer rows or figures
    than in the edition that is there are meant. `formats` are those wanted beside the page.
    """

    house: Path
    data: Path
    out: Path
    wanted: Wanted = field(default_factory=Wanted)
    slots: int = 1
    timeout: float = TIMEOUT
    memory: int = MEMORY
    fresh: bool = False
    audience: str = "public"
    scheduler: str = ""
    accept_shrink: bool = False
    formats: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def notebook(self, area: str) -> Path:
        """The notebook that tells an area: the analyst's own, that of the project of the data
        (beside its `data`), the program's, and for an area that has none the common page's.
        """
        extra = self.wanted.extra
        if extra is not None and extra.area == area and extra.notebook is not None:
            return extra.notebook
        own = self.data.parent / "notebooks" if self.data.name == "data" else None
        folders = [folder for folder in (own, self.house / "notebooks") if folder is not None]
        told = [folder / f"{area}.ipynb" for folder in folders]
        return next((path for path in told if path.is_file()), folders[-1] / COMMON)
