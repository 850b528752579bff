"""`python -m helpers` is the command `halfsky`, answered at once where there is nothing to do."""

import sys

__all__ = ["main"]


def main() -> int:
    """Run the command; its exit code, as `cli.main` gives it."""
    from helpers.reports.cache.standing import CHANGED, answer

    try:
        said = answer(sys.argv[1:])
    except KeyboardInterrupt:
        from helpers.answers import spoken
        from helpers.cli import INTERRUPTED
        from helpers.messages import say

        print(say("stopped", spoken(sys.argv[1:])), file=sys.stderr)
        return INTERRUPTED
    if said is CHANGED:
        return _with_helper()
    if said is None:
        return _whole()
    for stream, text in zip((sys.stdout, sys.stderr), said, strict=True):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        stream.write(text)
    return 0


def _whole() -> int:
    from helpers.cli import main as whole

    return whole()


def _with_helper() -> int:
    """The whole command, while the helper that it will need is importing already."""
    from helpers.reports.fork.early import call_in, dismiss
    from helpers.reports.page.rendering import render

    call_in(render)
    try:
        return _whole()
    finally:
        dismiss()


if __name__ == "__main__":
    sys.exit(main())
