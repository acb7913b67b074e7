"""`knit tour`: the real desk, driven through the main job, with a picture and a line for each step."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from desktop.domain.errors import DesktopError
from desktop.host.training import training_town
from desktop.sandbox.profile import RunningTown
from desktop.tasks.ports import SessionPort

if TYPE_CHECKING:
    from desktop.tour.stage import Stage

SWITCH = "QTWEBENGINE_DISABLE_SANDBOX"


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="knit tour")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where pictures and steps.jsonl go")
    parser.add_argument("--keyboard", action="store_true", help="with keys alone; any mouse event fails the run")
    parser.add_argument("--theme", choices=["light", "dark", "contrast"], default="light")
    parser.add_argument("--profile", type=Path, default=None, metavar="DIR", help="a folder to keep; else a fresh one")
    return parser.parse_args(argv)


def prepare_environment(
    environ: dict[str, str] | os._Environ[str], out: TextIO, *, is_root: bool, has_screen: bool
) -> None:
    """Says and sets what the tour needs where there is no screen, or where root runs it."""
    if not has_screen and not environ.get("QT_QPA_PLATFORM"):
        environ["QT_QPA_PLATFORM"] = "offscreen"
        out.write("There is no screen: the tour runs offscreen.\n")
    if is_root and environ.get(SWITCH) != "1":
        environ[SWITCH] = "1"
        out.write("Root runs this: Chromium's sandbox is off for the training town.\n")


def tour_command(argv: list[str], out: TextIO, err: TextIO) -> int:
    """Drives the desk over the whole main job in a fresh training town.

    Returns:
        0 when every step went well, 1 when one did not, 3 when the town did not start.
    """
    options = _parse(argv)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    has_screen = os.name == "nt" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    prepare_environment(os.environ, out, is_root=is_root, has_screen=has_screen)
    try:
        with tempfile.TemporaryDirectory(prefix="knit-tour-") as folder:
            root = options.profile or Path(folder)
            with training_town(root) as (town, session):
                return _drive(options, town, session, out)
    except DesktopError as error:
        err.write(f"{error}\n")
        return 3


def _drive(options: argparse.Namespace, town: RunningTown, session: SessionPort, out: TextIO) -> int:
    # Late: Qt must not be loaded before the environment is ready.
    from desktop.app import build_application, build_window
    from desktop.tour.hands import MouseGuard
    from desktop.tour.payer import PayerBrowser
    from desktop.tour.probe import Probe
    from desktop.tour.record import Recorder
    from desktop.tour.stage import Stage

    app = build_application(["knit"])
    guard = MouseGuard() if options.keyboard else None
    recorder = Recorder(options.out, out)
    payer = PayerBrowser(keyboard=options.keyboard)
    stage = Stage(
        app=app,
        session=session,
        make_window=lambda: build_window(app, session, theme=options.theme, open_page=payer.open),
        recorder=recorder,
        probe=Probe(town.base_urls, town.keys),
        payer=payer,
        guard=guard,
    )
    try:
        _run_steps(stage, out)
    finally:
        stage.window.close()
        stage.window.context.ops.close()
        payer.close()
        recorder.close()
    if guard is not None and guard.seen:
        out.write(f"FAIL {guard.seen} mouse events in a run with keys alone\n")
        return 1
    out.write(f"{recorder.count} steps, {recorder.failed} failed. Pictures are in {options.out}\n")
    return 1 if recorder.failed else 0


def _run_steps(stage: Stage, out: TextIO) -> None:
    """Runs the acts in order and ends at the first that fails: each builds on those before it."""
    # Late: these load Qt as well.
    from desktop.tour import steps_case, steps_find, steps_mend, steps_offline, steps_pay, steps_setup
    from desktop.tour.record import Step

    acts: list[Callable[[Stage], None]] = [
        steps_find.run_start,
        steps_find.run_queue,
        steps_find.run_search,
        steps_find.run_resident,
        steps_find.run_second,
        steps_case.run_case,
        steps_case.run_new_case,
        steps_mend.run_mending,
        steps_case.run_map,
        steps_pay.run_wrong_amount,
        steps_pay.run_success,
        steps_pay.run_failures,
        steps_setup.run_components,
        steps_offline.run_offline,
        steps_offline.run_conflict,
        steps_offline.run_stopped,
        steps_offline.run_restart,
        steps_offline.run_themes,
        steps_offline.run_sizes,
    ]
    for act in acts:
        try:
            act(stage)
        except Exception as error:  # noqa: BLE001  # a fault of the desk fails the step it struck
            if not stage.recorder.failed:  # it failed between two steps
                name = act.__name__.removeprefix("run_")
                stage.recorder.keep(Step(name, "Went on to the next step"), stage.window, str(error))
            out.write(f"Stopped at {act.__name__.removeprefix('run_')}: {error}\n")
            return
