"""``python -m rentease_desk.practice``: the practice server by itself."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rentease_desk.logs import guard_secrets
from rentease_desk.practice.server import ServerOptions, run
from rentease_desk.practice.spec import Kind


def main(arguments: list[str]) -> int:
    """Read the options and serve. Returns the exit code."""
    guard_secrets()
    parser = argparse.ArgumentParser(prog="practice-server", description="A Stripe-like account to practise with.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same account")
    parser.add_argument("--now", type=int, help="where the clock starts, UTC seconds")
    parser.add_argument("--frozen", action="store_true", help="the clock stands still")
    parser.add_argument("--zone", default="Europe/Rome", help="the property's IANA time zone")
    parser.add_argument("--kind", type=Kind, choices=list(Kind), default=Kind.SAMPLE, help="what the account holds")
    parser.add_argument("--count", type=int, default=0, help="payments of a bulk account")
    parser.add_argument("--state", type=Path, help="the file that keeps what a learner did")
    parser.add_argument("--handshake", action="store_true", help="print a JSON line: where and how to be reached")
    parser.add_argument("--exit-with-parent", action="store_true", help="end when standard input ends")
    return run(ServerOptions(**vars(parser.parse_args(arguments))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
