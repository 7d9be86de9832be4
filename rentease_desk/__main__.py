"""The one entry: without a command the window, with one the command line. Each is imported only when it is meant."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rentease_desk.logs import guard_secrets

_WINDOW_OPTIONS = frozenset({"--practice"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit status: 0 done, 1 known error, 2 usage."""
    guard_secrets()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if set(given) <= _WINDOW_OPTIONS:
        from rentease_desk.app import run

        return run(practice="--practice" in given)
    from rentease_desk.cli import run_command

    return run_command(given)


if __name__ == "__main__":
    sys.exit(main())
