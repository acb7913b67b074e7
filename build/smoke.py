"""The smoke test of the frozen tree: what a new user's machine does, with no Python on it. Standard library only.

Every program runs under an environment that has a home, folders for temporary and user files, and nothing else. Whatever
a program prints that is not expected fails the test, as does a process that is left behind.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import contents
from far_plugin import FAR_IMPORTS, FAR_PLUGIN, FAR_WORD

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "tests" / "store" / "kept"
KEPT_OPS, KEPT_ROWS = 2, 2
"""Unsent edits and audit rows of every kept store."""
STEP_SECONDS = 120.0
LEAVE_SECONDS = 10.0
TOUR_SECONDS = 300.0
_BUS = r"Failed to connect to socket /run/dbus/system_bus_socket: No such file or directory"
KNOWN_LINES: Mapping[str, str] = {
    r"Detected locale \"C\" with character encoding \"ANSI_X3\.4-1968\", which is not UTF-8\.": (
        "the empty environment has no LANG; Qt says what it does about it, in four lines"
    ),
    r"Qt depends on a UTF-8 locale, and has switched to \"C\.UTF-8\" instead\.": "second of those lines",
    r"If this causes problems, reconfigure your locale\. See the locale\(1\) manual": "third of those lines",
    r"for more information\.": "fourth of those lines",
    r"Sandboxing disabled by user\.": "as root Chromium has no sandbox, and the environment says so",
    r"QRhiGles2: Failed to create temporary context": "no graphics card: the web engine asks for OpenGL first",
    r"QRhiGles2: Failed to create context": "no graphics card: OpenGL again",
    r"Failed to create RHI for backend: OpenGL": "no graphics card: OpenGL is given up",
    r"This plugin does not support createPlatformVulkanInstance": "drawing offscreen has no Vulkan",
    r"QVulkanInstance: Failed to initialize Vulkan": "no graphics card: Vulkan is given up",
    r"GBM is not supported with the current configuration and Vulkan is not available\. "
    r"Fallback to software rendering\.": "no graphics card: the web engine draws by itself, which is what we want to see",
    r"\[\d+:\d+:[\d/.]+:ERROR:\S+/dbus/bus\.cc:\d+\] Failed to connect to the bus: " + _BUS: (
        "no system bus on a bare machine; Chromium asks it about power"
    ),
    r"GPUInfo not initialized on GpuInfoUpdate": "no graphics card to tell about",
}
"""Lines that Qt writes on a machine without a screen, graphics card and bus, as patterns of whole lines, each with why."""
TOUR_LINES = (r"ok   \d\d [a-z0-9-]+", r"\d+ steps, 0 failed\. Pictures are in .+")
"""What a tour that goes well prints."""


class Failed(Exception):
    """A step did not do what it should; its text says what was seen."""


class Smoke:
    """The tree, a place to work in, and what every step needs."""

    def __init__(self, tree: Path, work: Path) -> None:
        self.work = work
        ending = ".exe" if sys.platform == "win32" else ""
        self.knit, self.desk = tree / f"knit{ending}", tree / f"knit-desk{ending}"
        self.tree = tree
        self.env = build_environment(work, platform=sys.platform, is_root=getattr(os, "geteuid", lambda: 1)() == 0)

    def run(self, *words: str | Path, program: Path | None = None, seconds: float = STEP_SECONDS) -> str:
        """Runs a program of the tree; gives its stdout. Raises Failed at an exit code or a word on stderr."""
        command = [str(program or self.knit), *map(str, words)]
        try:
            done = subprocess.run(
                command, env=self.env, cwd=self.work, check=False, capture_output=True, timeout=seconds
            )
        except subprocess.TimeoutExpired as error:
            raise Failed(f"{_name(command)} did not end within {seconds:.0f} s") from error
        out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        if done.returncode:
            raise Failed(f"{_name(command)} ended with {done.returncode}:\n{(out + err)[-3000:]}")
        self.check_quiet(command, err)
        return out

    @staticmethod
    def check_quiet(command: list[str], err: str) -> None:
        """Raises Failed at any line that is not known."""
        odd = find_odd_lines(err)
        if odd:
            raise Failed(f"{_name(command)} printed what it should not:\n" + "\n".join(odd[:20]))

    def run_json(self, *words: str | Path) -> Any:
        """Runs `knit`; gives its stdout as JSON."""
        text = self.run(*words)
        try:
            return json.loads(text)
        except ValueError as error:
            raise Failed(f"knit {words[0]} did not answer in JSON: {text[:500]}") from error


def build_environment(work: Path, *, platform: str, is_root: bool) -> dict[str, str]:
    """An environment without PATH: nothing of this machine's Python can be found through it."""
    env = {name: str(work / name.lower()) for name in ("HOME", "TMPDIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    env |= {name: str(work / name.lower()) for name in ("XDG_CACHE_HOME", "XDG_RUNTIME_DIR")}
    if platform == "win32":
        env = {name: str(work / name.lower()) for name in ("USERPROFILE", "TEMP", "TMP", "APPDATA", "LOCALAPPDATA")}
        env["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", "C:\\Windows")  # sockets do not open without it
    for folder in list(env.values()):
        if folder.startswith(str(work)):
            Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    env["QT_QPA_PLATFORM"] = "offscreen"
    if platform.startswith("linux") and is_root:
        env["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    return env


def find_odd_lines(text: str) -> list[str]:
    """Lines that are neither empty nor known."""
    return [line for line in text.splitlines() if line.strip() and not _is_of(line, KNOWN_LINES)]


def _is_of(line: str, patterns: Iterable[str]) -> bool:
    return any(re.fullmatch(pattern, line.rstrip()) for pattern in patterns)


def expect(holds: object, what: str) -> None:
    """Raises Failed where something does not hold."""
    if not holds:
        raise Failed(what)


def _name(command: list[str]) -> str:
    return " ".join([Path(command[0]).name, *command[1:3]])


# ==== steps ====
def answers_about_itself(smoke: Smoke) -> None:
    """`knit --version`, `knit doctor`, `knit plugins check` and `knit packs check`, of the packs in the tree."""
    expect(re.fullmatch(r"knit \d+\.\d+\.\d+\s*", smoke.run("--version")), "knit --version does not say a version")
    facts = smoke.run_json("doctor", "--json")
    expect(facts["frozen"] is True, "knit doctor does not know that it is frozen")
    shipped = {path.parent.name: "sound" for path in (ROOT / "plugins").glob("*/manifest.toml")}
    expect(facts["plugins"] == shipped, f"knit doctor found {facts['plugins']}, not {shipped}")
    smoke.run("plugins", "check")
    councils = sorted(smoke.tree.rglob("packs/*/council.toml"))
    expect(councils, "the tree carries no service packs")
    smoke.run("packs", "check", councils[0].parents[1])


@contextmanager
def town(smoke: Smoke) -> Iterator[dict[str, Any]]:
    """`knit demo --serve`, until the block ends; gives the line that it prints."""
    command = [str(smoke.knit), "demo", "--serve", "--state", str(smoke.work / "town"), "--until-stdin-closes"]
    with (smoke.work / "town.err").open("w+", encoding="utf-8") as err:
        process = subprocess.Popen(
            command, env=smoke.env, cwd=smoke.work, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err, text=True
        )
        try:
            if process.stdout is None or process.stdin is None:
                raise Failed("the training town has no pipes")
            yield json.loads(process.stdout.readline() or "{}")
            process.stdin.close()
            code = process.wait(LEAVE_SECONDS)
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
        err.seek(0)
        smoke.check_quiet(command, err.read())
        expect(code == 0, f"the training town ended with {code}")


def calls_every_plugin(smoke: Smoke) -> None:
    """`knit call` on each plugin that a frozen town has components for."""
    calls = {
        "open311": ("cases.types",),
        "os_places": ("addresses.find", "query=station road"),
        "govuk_pay": ("payments.search",),
        "open_referral": ("directory.services",),
        "ogc_features": ("map_layers.layers",),
        "nhs_bars": ("component.check",),
        "bops": ("cases.changed",),
        "govuk_notify": ("messages.templates",),
        "planning_data": ("map_layers.layers",),
        "police_uk": ("insight.around", "lat=53.369", "lon=1.005"),
    }
    with town(smoke) as said:
        components = {component["plugin"]: component for component in said["components"]}
        expect(components.keys() == calls.keys(), f"the town has {sorted(components)}")
        for plugin, words in calls.items():
            component = components[plugin]
            given = [word for name, value in component["settings"].items() for word in ("--set", f"{name}={value}")]
            for name, value in component["secrets"].items():
                key = smoke.work / f"{plugin}.{name}"
                key.write_text(value, encoding="utf-8")
                given += ["--secret", f"{name}=@{key}"]
            answer = smoke.run_json("call", plugin, *words, *given)
            items = answer.get("items") or answer.get("facts") if isinstance(answer, dict) else answer
            expect(items, f"knit call {plugin} {words[0]} gave nothing")


def loads_a_plugin_from_elsewhere(smoke: Smoke) -> None:
    """A plugin outside the tree imports what the program does not, and all else that the standard library has."""
    folder = smoke.work / "elsewhere" / "far_places"
    folder.mkdir(parents=True)
    for name, text in FAR_PLUGIN.items():
        (folder / name).write_text(text, encoding="utf-8")
    names = smoke.work / "modules.txt"
    names.write_text("\n".join(contents.find_standard_modules(sys.platform)), encoding="utf-8")
    here = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import sys; exec(sys.stdin.read())"],
        input=f"{FAR_IMPORTS}\nprint(sorted(find_missing({str(names)!r})))",
        capture_output=True, text=True, check=False, timeout=STEP_SECONDS,
    )  # fmt: skip
    expect(here.returncode == 0, f"this Python cannot say what it imports: {here.stderr[-500:]}")
    arguments = ("--plugins", folder.parent, "--set", "base_url=http://127.0.0.1:9", "--set", f"names={names}")
    answer = smoke.run_json("call", "far_places", "addresses.find", "query=far", *arguments)
    first, second = (item["address"] for item in answer["items"])
    expect(first == FAR_WORD, f"the plugin answered {first!r}")
    expect(second == here.stdout.strip(), f"frozen, these do not load: {second}; here, these: {here.stdout.strip()}")


def migrates_kept_stores(smoke: Smoke) -> None:
    """Every kept store of an earlier schema opens, is whole, and ends at this program's schema."""
    kept = sorted(KEPT.glob("schema-*"))
    expect(kept, "there is no kept store in tests/store/kept")
    newest = _store_schema(smoke.work / "home-of-new", smoke)
    for folder in kept:
        profile = smoke.work / folder.name
        shutil.copytree(folder, profile)
        before = json.loads((profile / "store.json").read_text(encoding="utf-8"))["desk_schema"]
        expect(before == int(folder.name.rpartition("-")[2]), f"{folder.name} has schema {before}")
        said = smoke.run_json("store", "verify", "--profile", profile)
        expect(
            said["file"] == "whole" and not said["findings"] and said["audit_rows"] == KEPT_ROWS, f"verify said {said}"
        )
        after = json.loads((profile / "store.json").read_text(encoding="utf-8"))["desk_schema"]
        expect(after == newest, f"{folder.name} is at schema {after}, and a new store at {newest}")
        copies = list(profile.glob(f"desk-before-{newest}-from-{before}.db"))
        expect(len(copies) == (1 if before < newest else 0), f"{folder.name} left the copies {copies}")
        # Where its components were nobody answers now: a base is made anew, and what was never sent still waits.
        waits = smoke.run_json("sync", "--profile", profile, "--component", "os_places")["outbox"]
        expect(waits == KEPT_OPS, f"{folder.name} had {KEPT_OPS} unsent edits, and {waits} now")


def _store_schema(profile: Path, smoke: Smoke) -> int:
    """The schema of a store that this program makes: a training profile, whose key is a file beside it."""
    profile.mkdir()
    shutil.copyfile(min(KEPT.glob("schema-*")) / "profile.toml", profile / "profile.toml")
    smoke.run("store", "verify", "--profile", profile)
    return int(json.loads((profile / "store.json").read_text(encoding="utf-8"))["desk_schema"])


def shows_the_desk(smoke: Smoke) -> None:
    """The frozen desk in the training town: its host answers, a resident and the map are shown, and it ends."""
    folder = smoke.work / "pictures"
    out = smoke.run("tour", "--out", folder, program=smoke.desk, seconds=TOUR_SECONDS)
    odd = [line for line in out.splitlines() if not _is_of(line, TOUR_LINES)]
    expect(not odd, "the tour printed what it should not:\n" + "\n".join(odd))
    steps = [json.loads(line) for line in (folder / "steps.jsonl").read_text(encoding="utf-8").splitlines()]
    failed = [step["name"] for step in steps if not step["ok"]]
    expect(not failed, f"these steps of the tour failed: {failed}")
    names = {step["name"] for step in steps}
    expect(names >= SHOWN, f"the tour did not show {sorted(SHOWN - names)}")
    thin = [step["picture"] for step in steps if (folder / step["picture"]).stat().st_size < 10_000]
    expect(not thin, f"these pictures are all but empty: {thin}")


SHOWN = {"start", "resident", "case", "map"}
"""Steps of the tour without which the desk was not seen: every component fresh by its host, a resident, a case, the map."""

STEPS: tuple[Callable[[Smoke], None], ...] = (
    answers_about_itself,
    calls_every_plugin,
    loads_a_plugin_from_elsewhere,
    migrates_kept_stores,
    shows_the_desk,
)


# ==== what is left ====
def find_left(tree: Path, *, platform: str) -> list[str]:
    """Processes that still run a program of the tree, by number and name."""
    if platform.startswith("linux"):
        found = []
        for link in Path("/proc").glob("[0-9]*/exe"):
            try:
                program = link.readlink()
            except OSError:  # another's, or gone by now
                continue
            if program.is_relative_to(tree):
                found.append(f"{link.parent.name} {program.name}")
        return found
    if platform == "win32":
        said = subprocess.run(["tasklist", "/fo", "csv", "/nh"], capture_output=True, text=True, check=False).stdout
        ours = ("knit.exe", "knit-desk.exe")
        return [line for line in said.splitlines() if line.lower().startswith(tuple(f'"{name}"' for name in ours))]
    said = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True, check=False).stdout
    return [line.strip() for line in said.splitlines() if str(tree) in line]


def check_nothing_left(tree: Path) -> None:
    """Raises Failed where a process stays."""
    until = time.monotonic() + LEAVE_SECONDS
    while left := find_left(tree, platform=sys.platform):
        if time.monotonic() > until:
            raise Failed(f"these still run: {', '.join(left)}")
        time.sleep(0.1)


def run(tree: Path) -> int:
    """Runs every step on a tree; gives 0 when all passed. The folder of a failed run is kept and named."""
    tree = tree.resolve()
    work = Path(tempfile.mkdtemp(prefix="knit-smoke-"))
    smoke = Smoke(tree, work)
    failed = 0
    began = time.monotonic()
    for step in STEPS:
        name, at = step.__name__.replace("_", " "), time.monotonic()
        try:
            step(smoke)
            check_nothing_left(tree)
        except (Failed, OSError, KeyError, ValueError) as error:
            failed += 1
            print(f"smoke: FAILED {name}: {type(error).__name__}: {error}", flush=True)
        else:
            print(f"smoke: {name}: {time.monotonic() - at:.1f} s", flush=True)
    print(f"smoke: {len(STEPS) - failed} of {len(STEPS)} steps passed in {time.monotonic() - began:.0f} s", flush=True)
    if failed:
        print(f"smoke: its folder is {work}")
        return 1
    shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(run(Path(sys.argv[1])))
