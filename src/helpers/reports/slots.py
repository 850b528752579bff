"""The slots of this machine: threads of this process, each at one report at a time."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event

from helpers.reports.execute import Handed, Outcome, Task, perform
from helpers.reports.kernels import Batch

__all__ = ["run_here"]

Work = Iterator[tuple[Task, Handed]]


def run_here(work: Work, batch: Batch, slots: int) -> Iterator[Outcome]:
    """The outcomes of `work`, in the order in which they come, `slots` reports at a time.

    `work` is asked for a report only when a slot is about to be free, so that slices need not
    lie in memory. Whoever leaves off, or is interrupted, ends all reports under way.
    """
    stopped = Event()
    running: set[Future[Outcome]] = set()
    pool = ThreadPoolExecutor(slots, thread_name_prefix="slot")

    def started() -> Iterator[Future[Outcome]]:
        for task, handed in work:
            yield pool.submit(perform, task, handed, batch, stopped.is_set)

    waiting = started()
    try:
        while True:
            # one more than there are slots: none is idle while a page is published
            while len(running) <= slots and (one := next(waiting, None)):
                running.add(one)
            if not running:
                return
            done, running = wait(running, timeout=1, return_when=FIRST_COMPLETED)
            for one in done:
                yield one.result()
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)
