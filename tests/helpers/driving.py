"""Drives a desk process from a test."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]


class Ended(Exception):
    """The desk process is gone."""


class DrivenDesk:
    """One life of a desk process."""

    def __init__(
        self,
        profile: Path,
        town: Mapping[str, object],
        *,
        desk_point: str = "",
        host_point: str = "",
        marker: str = "m",
    ) -> None:
        info = profile.parent / f"{profile.name}-town.json"
        info.write_text(json.dumps(dict(town)))
        command = [sys.executable, "-m", "tests.helpers.desk_process", str(profile), str(info)]
        self._errors = (profile.parent / f"{profile.name}-stderr.txt").open("ab")
        self.popen = subprocess.Popen(
            [*command, str(profile.parent / f"{profile.name}-{marker}"), desk_point, host_point],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def ready(self) -> None:
        """Waits until it takes commands."""
        self._hear()

    def ask(self, do: str, **arguments: Any) -> Any:
        """One command. Raises Ended when the process died."""
        assert self.popen.stdin is not None
        try:
            self.popen.stdin.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
            self.popen.stdin.flush()
        except OSError as error:
            raise Ended from error
        return self._hear()

    def _hear(self) -> Any:
        assert self.popen.stdout is not None
        line = self.popen.stdout.readline()
        if not line:
            raise Ended
        return json.loads(line)

    def kill(self) -> None:
        """`kill -9`."""
        self.popen.kill()
        self.popen.wait(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in (self.popen.stdin, self.popen.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            self.popen.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
        self._errors.close()
