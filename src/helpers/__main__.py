"""`python -m helpers` is the command `halfsky`, answered at once where there is nothing to do."""

import sys

__all__ = ["main"]


def main() -> int:
    """Run the command; its exit code, as `cli.main` gives it."""
    from helpers.press.standing import answer

    try:
        said = answer(sys.argv[1:])
    except KeyboardInterrupt:
        from helpers.cli import INTERRUPTED, spoken
        from helpers.messages import say

        print(say("stopped", spoken(sys.argv[1:])), file=sys.stderr)
        return INTERRUPTED
    if said is None:
        from helpers.cli import main as whole

        return whole()
    for stream, text in zip((sys.stdout, sys.stderr), said, strict=True):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        stream.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
