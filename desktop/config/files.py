"""Turns what the operating system says about a profile's files into our errors."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.domain.errors import StoreError, StoreFull


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Work on one file or folder of a profile.

    Raises:
        StoreFull: the disk has no room.
        StoreError: it cannot be read or written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(
                "There is no room left on the disk.",
                "What was saved is safe. Free some space, then try again.",
                key="store.full",
                subject=path.name,
            ) from error
        raise StoreError(
            f"{path.name} cannot be read or written.",
            "Check that the profile's folder is yours to write to, or choose another one with --profile.",
            key="profile.io",
            subject=path.name,
        ) from error
