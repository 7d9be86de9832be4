"""A PDF for the command line, which never loads Qt: this module is a process of its own, started by ``cli/pdf.py``.

Standard input holds JSON: ``html``, ``paper``, ``path`` and ``title``. Standard output gets nothing when the file is
there, else JSON of why it is not.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.paper import Paper


def main() -> int:
    """Write one PDF; returns the exit status, 1 where it cannot be written."""
    from PySide6.QtGui import QGuiApplication

    from rentease_desk.gui.printing import write_pdf

    asked = json.loads(sys.stdin.buffer.read())
    application = QGuiApplication(["rentease-desk"])
    try:
        write_pdf(asked["html"], Paper(asked["paper"]), Path(asked["path"]), asked["title"])
    except KnownError as error:
        sys.stdout.write(json.dumps({"code": error.code, "reason": str(error.params["reason"])}))
        return 1
    finally:
        application.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
