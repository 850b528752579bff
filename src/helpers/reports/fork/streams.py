"""stdout and stderr of a report: what Python prints and what anyone writes to the descriptors.

A stream gathers text until something else is put out, or the cell ends; then it goes out as one
piece, stdout before stderr. No clock is involved, so that the same cells give the same pieces.
"""

import codecs
import io
import os
import select
import threading
from collections.abc import Callable, Sequence

__all__ = ["Stream", "watch"]

SIZE = 1 << 16


class Stream(io.TextIOBase):
    """A text stream that also holds a file descriptor: 1 or 2, turned into a pipe to here.

    `send(text)` gets the pieces; `current()` tells for which cell the caller writes (None: a
    cell that has ended, whose output is not wanted any more). `fileno` is the descriptor as it
    was before.
    """

    encoding = "UTF-8"
    errors = "strict"

    def __init__(self, name: str, number: int, send: Callable[[str], None]) -> None:
        self.name, self._number, self._send = name, number, send
        self._before = os.dup(number)
        self.pipe, end = os.pipe()
        os.dup2(end, number)
        os.close(end)
        os.set_blocking(self.pipe, False)
        self._parts: list[str] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._lock = threading.RLock()
        self._owner = os.getpid()

    def fileno(self) -> int:
        """The descriptor that this stream had before: the log."""
        return self._before

    def isatty(self) -> bool:
        """A report is no terminal."""
        return False

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, text: str) -> int:
        """Take `text`, after all that was written to the descriptor before."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._owner:  # a fork of the report: only the pipe leads back to it
            os.write(self._number, text.encode("utf-8", "replace"))
            return len(text)
        with self._lock:
            self._pull()
            self._parts.append(text)
        return len(text)

    def flush(self) -> None:
        """Send what has gathered."""
        if os.getpid() != self._owner:
            return
        with self._lock:
            self._pull()
            text = "".join(self._parts)
            self._parts.clear()
        if text:
            self._send(text)

    def drain(self) -> None:
        """Take what was written to the descriptor, so that its writers need not wait."""
        with self._lock:
            self._pull()

    def _pull(self) -> None:
        while True:
            try:
                found = os.read(self.pipe, SIZE)
            except BlockingIOError:
                return
            self._parts.append(self._decoder.decode(found))


def watch(streams: Sequence[Stream]) -> None:
    """Keep the pipes of `streams` from running full, in a thread of its own."""
    by_pipe = {stream.pipe: stream for stream in streams}
    poll = select.poll()
    for pipe in by_pipe:
        poll.register(pipe, select.POLLIN)

    def work() -> None:
        while True:
            for pipe, _ in poll.poll():
                by_pipe[pipe].drain()

    threading.Thread(target=work, daemon=True).start()
