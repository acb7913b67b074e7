"""The `knit` command: each word is a module's own command, imported only when it is asked for."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

Command = Callable[[list[str], TextIO, TextIO], int]

USAGE = """usage: knit [COMMAND] [--profile DIR] ...

  (nothing)   opens the desk
  demo        opens the training town; --serve runs its components alone
  tour        drives the desk through the main job and keeps pictures: --out DIR [--keyboard]
  sync        sends what waits and pulls every component, without a window
  call        calls one method of a plugin: PLUGIN CAPABILITY.METHOD key=value ...
  plugins     list | check [PATH] | new NAME --capability X
  packs       check PATH [--json]: a service pack, a council's overrides or a folder of them
  store       verify
  doctor      what a support desk asks first
  bench       measures the store: --cases N
  host        the component host (started by the desk)
  --version
"""


def main(argv: list[str] | None = None) -> int:
    """Runs a command; gives its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    open_streams()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    if words and words[0] in ("-h", "--help", "help"):
        sys.stdout.write(USAGE)
        return 0
    if words and words[0] == "--version":
        from desktop import __version__

        sys.stdout.write(f"knit {__version__}\n")
        return 0
    if not words or words[0].startswith("-"):
        return _desk(words, sys.stdout, sys.stderr)
    command = COMMANDS.get(words[0])
    if command is None:
        sys.stderr.write(f"There is no command {words[0]!r}.\n{USAGE}")
        return 2
    return command(words[1:], sys.stdout, sys.stderr)


def open_streams() -> None:
    """Gives a windowed Windows program, which has no stdout and stderr, somewhere to write to."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - until the process ends


def _desk(argv: list[str], out: TextIO, err: TextIO) -> int:
    from desktop.app import desk_command

    return desk_command(argv, out, err)


def _demo(argv: list[str], out: TextIO, err: TextIO) -> int:
    if "--serve" in argv:
        from desktop.sandbox.server import serve_command

        return serve_command([word for word in argv if word != "--serve"], out, err)
    from desktop.config.screen import has_screen

    if not has_screen(sys.platform, os.environ):
        return _tour_instead(argv, out, err)
    from desktop.app import demo_command

    return demo_command(argv, out, err)


def _tour_instead(argv: list[str], out: TextIO, err: TextIO) -> int:
    """No screen: the main job is done all the same, off screen, and its pictures are left."""
    from desktop.tour.command import tour_command

    pictures = Path(tempfile.gettempdir()) / "knit-pictures"
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    out.write(f"There is no screen here. Knit does an officer's main job off screen; pictures go to {pictures}.\n")
    out.flush()
    return tour_command([*argv, "--out", str(pictures)], out, err)


def _tour(argv: list[str], out: TextIO, err: TextIO) -> int:
    from desktop.tour.command import tour_command

    return tour_command(argv, out, err)


def _sync(argv: list[str], out: TextIO, err: TextIO) -> int:
    from desktop.host.commands import sync_command

    return sync_command(argv, out, err)


def _store(argv: list[str], out: TextIO, err: TextIO) -> int:
    from desktop.host.commands import store_command

    return store_command(argv, out, err)


def _doctor(argv: list[str], out: TextIO, err: TextIO) -> int:
    from desktop.host.commands import doctor_command

    return doctor_command(argv, out, err)


def _call(argv: list[str], out: TextIO, err: TextIO) -> int:
    from desktop.adapters.commands import call_command

    return call_command(argv, out, err)


def _plugins(argv: list[str], out: TextIO, err: TextIO) -> int:
    from desktop.adapters.commands import plugins_command

    return plugins_command(argv, out, err)


def _packs(argv: list[str], out: TextIO, err: TextIO) -> int:
    from desktop.packs.commands import packs_command

    return packs_command(argv, out, err)


def _bench(argv: list[str], out: TextIO, err: TextIO) -> int:
    from desktop.bench.command import bench_command

    return bench_command(argv, out, err)


def _host(_argv: list[str], _out: TextIO, _err: TextIO) -> int:
    from desktop.host.process import run_host

    return run_host()


COMMANDS: dict[str, Command] = {
    "demo": _demo,
    "tour": _tour,
    "sync": _sync,
    "store": _store,
    "doctor": _doctor,
    "call": _call,
    "plugins": _plugins,
    "packs": _packs,
    "bench": _bench,
    "host": _host,
}
