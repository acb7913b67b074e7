"""The training town as a desk sees it: start it, and make components of what it says."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

import msgspec

from desktop.domain.components import Component
from desktop.domain.errors import SetupFailed
from desktop.domain.ids import ComponentId, Gss
from desktop.sandbox.officers import load_officers

__all__ = [
    "COUNCIL",
    "RunningTown",
    "TrainingComponent",
    "load_officers",
    "start_town",
    "town_command",
    "training_components",
]

COUNCIL = Gss("E07990001")
"""Code of Citytown Council; no council has it."""
FIRST_WORD_SECONDS = 60.0


class _Said(msgspec.Struct, kw_only=True):
    """One component in the town's line."""

    id: str
    plugin: str
    name: str
    services: list[str]
    settings: dict[str, str]
    secrets: dict[str, str]
    cost_pence: int = 0
    contract_ends: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingComponent:
    """A component of the town with its secrets, by name; those go to the credentials layer and nowhere else."""

    component: Component
    secrets: Mapping[str, str]


def training_components(info: Mapping[str, object]) -> list[TrainingComponent]:
    """Components from the line that the town prints.

    Raises:
        SetupFailed: the line is not one of ours.
    """
    try:
        said = msgspec.convert(info.get("components"), type=list[_Said])
    except msgspec.ValidationError as error:
        raise _broken("It said something else than where its components are.") from error
    return [
        TrainingComponent(
            component=Component(
                id=ComponentId(one.id),
                plugin=one.plugin,
                name=one.name,
                council=COUNCIL,
                services=tuple(one.services),
                settings=dict(one.settings),
                cost_pence=one.cost_pence,
                contract_ends=one.contract_ends,
            ),
            secrets=dict(one.secrets),
        )
        for one in said
    ]


class RunningTown:
    """A town in a process of its own. It ends with `stop`, and by itself when this process ends."""

    def __init__(self, process: subprocess.Popen[bytes], info: dict[str, object], log: IO[bytes]) -> None:
        self._process, self._log = process, log
        self.info = info

    @property
    def pid(self) -> int:
        """Process id of the town."""
        return self._process.pid

    @property
    def base_urls(self) -> Mapping[str, str]:
        """Address of each component, and of `admin`."""
        return msgspec.convert(self.info["base_urls"], type=dict[str, str])

    @property
    def keys(self) -> Mapping[str, str]:
        """Key of each component, and of `admin`."""
        return msgspec.convert(self.info["keys"], type=dict[str, str])

    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def stop(self) -> int:
        """Ends the town and gives its exit code; a second call does no harm."""
        if self._process.stdin and not self._process.stdin.closed:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            code = self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._log.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def town_command() -> tuple[str, ...]:
    """The program and words before the town's own arguments: frozen, `knit demo --serve`; else this Python."""
    if getattr(sys, "frozen", False):
        beside = Path(sys.executable)
        return (str(beside.with_name("knit.exe" if beside.suffix == ".exe" else "knit")), "demo", "--serve")
    return (sys.executable, "-m", "desktop.sandbox.server")


def start_town(
    state_dir: Path,
    *,
    command: Sequence[str] | None = None,
    arguments: Iterable[str] = (),
    wait: float = FIRST_WORD_SECONDS,
) -> RunningTown:
    """Starts the town that is kept in `state_dir` (made when there is none) and waits until it says where it is.

    Args:
        state_dir: the folder of its state.
        command: program and first words; `town_command()` when None.
        arguments: more arguments of the town, such as `--seed` or `--now`.
        wait: seconds to wait for its first word.

    Raises:
        SetupFailed: it ended, or said nothing in time; the hint has its own last words.
    """
    whole = [*(command or town_command()), "--state", str(state_dir), "--until-stdin-closes", *arguments]
    log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the town, or below
    root = Path(__file__).resolve().parents[2]
    try:
        process = subprocess.Popen(  # noqa: S603 - our own program
            whole,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=None if getattr(sys, "frozen", False) else root,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        log.close()
        raise _broken(f"Its program cannot be started: {error.strerror}.") from error
    town = RunningTown(process, {}, log)
    try:
        town.info = _first_word(process, log, wait)
    except SetupFailed:
        process.kill()
        town.stop()
        raise
    return town


def _first_word(process: subprocess.Popen[bytes], log: IO[bytes], wait: float) -> dict[str, object]:
    """The one line, read on a thread because a pipe cannot be waited for on every system."""
    lines: queue.Queue[bytes] = queue.Queue()

    def read() -> None:
        if process.stdout:
            lines.put(process.stdout.readline())

    threading.Thread(target=read, name="town", daemon=True).start()
    try:
        line = lines.get(timeout=wait)
    except queue.Empty as error:
        raise _broken(f"It said nothing for {wait:.0f} seconds.") from error
    if not line:
        process.wait(10)
        log.seek(0)
        raise _broken(log.read()[-400:].decode("utf-8", "replace").strip() or "It ended without a word.")
    try:
        info: Any = json.loads(line)
    except ValueError as error:
        raise _broken("It said something else than where its components are.") from error
    if not isinstance(info, dict):
        raise _broken("It said something else than where its components are.")
    return info


def _broken(why: str) -> SetupFailed:
    return SetupFailed("The training town did not start.", why, key="sandbox.start")
