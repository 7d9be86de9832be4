"""A file is there whole or not at all, whatever ends its writing."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from rentease_desk.domain.errors import KnownError
from rentease_desk.services.whole_files import replace_file


def _write_half(error: Exception) -> Callable[[BinaryIO], None]:
    def write(out: BinaryIO) -> None:
        out.write(b"half")
        raise error

    return write


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "file.full"),
        (OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)), "file.full"),
        (OSError(errno.EACCES, os.strerror(errno.EACCES)), "file.cannot_write"),
        (KnownError("database.locked", seconds=5), "database.locked"),
    ],
)
def test_what_cannot_be_written_whole_leaves_the_old_file(tmp_path: Path, raised: Exception, code: str) -> None:
    path = tmp_path / "payments.csv"
    replace_file(path, lambda out: out.write(b"whole"))
    with pytest.raises(KnownError) as refused:
        replace_file(path, _write_half(raised))
    assert refused.value.code == code
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("payments.csv", b"whole")]
