#!/usr/bin/env python3
"""Sets a machine up and runs Knit: `python3 build/dev.py run | test | lint | bench | package`. Standard library only.

Works from a fresh clone: makes `.venv`, installs from the lock with hashes, and checks the system libraries that Qt and
its web engine need. On Debian and its kin it installs them as root; else it prints the one command that does.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import real_servers

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "build" / "requirements.lock"
STAMP = VENV / "knit-lock.sha256"
OLDEST = (3, 11)
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libnss3.so": "libnss3",
    "libnspr4.so": "libnspr4",
    "libasound.so.2": "libasound2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libXcomposite.so.1": "libxcomposite1",
    "libXdamage.so.1": "libxdamage1",
    "libXrandr.so.2": "libxrandr2",
    "libXrender.so.1": "libxrender1",
    "libXtst.so.6": "libxtst6",
    "libXi.so.6": "libxi6",
    "libxkbfile.so.1": "libxkbfile1",
    "libXcursor.so.1": "libxcursor1",
    "libXss.so.1": "libxss1",
    "libkrb5.so.3": "libkrb5-3",
}
"""What Qt and its web engine load on Linux, and the Debian package of each."""


class Trouble(Exception):
    """Something that a person must do; its text says what."""


def say(text: str) -> None:
    """One line on stdout, at once."""
    print(f"dev: {text}", flush=True)


def is_root(platform: str) -> bool:
    """Whether packages may be installed."""
    return platform != "win32" and os.geteuid() == 0


def venv_python(platform: str, venv: Path = VENV) -> Path:
    """The interpreter inside `.venv`."""
    return venv / "Scripts" / "python.exe" if platform == "win32" else venv / "bin" / "python"


# ==== system packages ====
def find_missing_libraries(platform: str) -> list[str]:
    """Debian packages of libraries that this Linux does not load; none elsewhere."""
    if not platform.startswith("linux"):
        return []
    missing = []
    for library, package in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
EMOJI_FONT = "fonts-noto-color-emoji"


def find_fonts(folders: tuple[str, ...] = FONT_FOLDERS) -> list[Path]:
    """Every font file of this Linux. Without any the web engine draws boxes."""
    return [font for folder in folders for font in Path(folder).expanduser().rglob("*.[to]tf")]


def has_emoji(fonts: list[Path]) -> bool:
    """Whether one of these fonts has emoji, which residents write: without one they are boxes."""
    return any("emoji" in font.name.lower() or font.stem.lower() == "symbola" for font in fonts)


def install_packages(packages: list[str], why: str) -> None:
    """Installs Debian packages as root, or says the one command that does. Raises Trouble."""
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise Trouble(f"{why}: install what your system calls {', '.join(packages)}, then start this again.")
    if not is_root(sys.platform):
        raise Trouble(f"{why}. Run this, then start again:\n  sudo apt-get update && sudo {command}")
    say(f"{why}; installing {', '.join(packages)}")
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
    done = subprocess.run(command.split(), check=False, **quiet)  # type: ignore[call-overload]
    if done.returncode:
        raise Trouble(f"{why}, and this failed: {command}")


def check_system() -> None:
    """Installs or names the system libraries and fonts that are missing."""
    if not sys.platform.startswith("linux"):
        return
    missing = find_missing_libraries(sys.platform)
    fonts = find_fonts()
    if not fonts:
        missing.append("fonts-dejavu-core")
    if missing:
        install_packages(missing, "Qt needs system libraries that are not here")
    if not has_emoji(fonts):
        try:
            install_packages([EMOJI_FONT], "No font here has emoji, which are drawn as boxes without one")
        except Trouble as trouble:  # Knit works without
            say(f"{trouble} Going on without.")


# ==== the environment ====
def lock_digest() -> str:
    """What the environment was made from: the lock and the interpreter."""
    return hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()


def make_venv() -> None:
    """Makes `.venv`; on a Debian without python3-venv that is installed or named."""
    say(f"making {VENV.name} with Python {sys.version.split()[0]}")
    if importlib.util.find_spec("ensurepip") is None:
        install_packages([f"python3.{sys.version_info.minor}-venv"], "This Python cannot make environments")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made.returncode:
        raise Trouble(f"The environment cannot be made: {made.stderr.strip() or made.stdout.strip()}")


def set_up() -> Path:
    """The interpreter of an environment that is ready. A second call finds it so in a few milliseconds."""
    if sys.version_info < OLDEST:
        raise Trouble(f"Knit needs Python {OLDEST[0]}.{OLDEST[1]} or later; this is {sys.version.split()[0]}.")
    python = venv_python(sys.platform)
    digest = lock_digest()
    if STAMP.is_file() and STAMP.read_text(encoding="ascii") == digest and python.exists():
        return python
    check_system()
    make_venv()
    say("installing from the lock (a minute or two the first time)")
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", LOCK],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Trouble(f"The install failed:\n{done.stderr.strip()[-2000:]}")
    STAMP.write_text(digest, encoding="ascii")
    return python


def environment(*, web_as_root: bool) -> dict[str, str]:
    """The environment of what is run. As root the web engine needs its sandbox switched off: said, and only here."""
    env = dict(os.environ)
    env["PYTHONPATH"] = str(ROOT)
    env["PYTHONDONTWRITEBYTECODE"] = env.get("PYTHONDONTWRITEBYTECODE", "")
    if web_as_root and is_root(sys.platform):
        env["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
        say("running as root: the map's browser sandbox is off (training and tests only)")
    return env


def call(command: list[str | Path], *, env: dict[str, str] | None = None) -> int:
    """Runs a command in the project's folder; gives its exit code."""
    return subprocess.run([str(word) for word in command], check=False, cwd=ROOT, env=env).returncode


# ==== the commands ====
def run(python: Path, words: list[str]) -> int:
    """Opens the training town."""
    return call([python, "main.py", "demo", *words], env=environment(web_as_root=True))


def lint(python: Path, words: list[str]) -> int:
    """Every check that runs nothing: ruff, format, types, layers, plugins."""
    bin_folder = python.parent
    checks: list[list[str | Path]] = [
        [python, "-m", "ruff", "check", "."],
        [python, "-m", "ruff", "format", "--check", "."],
        [python, "-m", "mypy"],
        [bin_folder / "lint-imports"],
        [python, "main.py", "plugins", "check"],
    ]
    env = environment(web_as_root=False)
    failed = []
    for check in checks:
        began = time.monotonic()
        code = call(check, env=env)
        name = " ".join(Path(str(word)).name if str(word).startswith("/") else str(word) for word in check[:4])
        say(f"{'passed' if code == 0 else 'FAILED'} in {time.monotonic() - began:.1f} s: {name}")
        if code:
            failed.append(name)
    return 1 if failed or words else 0


def prepare_servers(words: list[str]) -> bool:
    """Makes the real servers' environments where tests that need them may run. False where CI cannot have them."""
    paths = [word for word in words if not word.startswith("-")]
    if paths and not any("tests/real" in path or path.rstrip("/") == "tests" for path in paths):
        return True
    return not (real_servers.make_all(say) and real_servers.is_ci())


def test(python: Path, words: list[str]) -> int:
    """Every check and every test."""
    long = "--long" in words
    words = [word for word in words if word != "--long"]
    if not words and lint(python, []):
        return 1
    if not prepare_servers(words):
        return 1
    env = environment(web_as_root=True)
    env["QT_QPA_PLATFORM"] = env.get("QT_QPA_PLATFORM", "offscreen")
    if long:
        env["KNIT_LONG"] = "1"
    return call([python, "-m", "pytest", "-n", "2", "--dist", "loadgroup", *words], env=env)


def bench(python: Path, words: list[str]) -> int:
    """Measures the store and the desk, as ratios of one run."""
    env = environment(web_as_root=True)
    env["QT_QPA_PLATFORM"] = env.get("QT_QPA_PLATFORM", "offscreen")
    return call([python, "main.py", "bench", *words], env=env)


def package(python: Path, words: list[str]) -> int:
    """Freezes Knit and runs its smoke test."""
    return call([python, "build/package.py", *words], env=environment(web_as_root=True))


COMMANDS = {"run": run, "test": test, "lint": lint, "bench": bench, "package": package}


def main(argv: list[str]) -> int:
    """Sets up and runs one command."""
    if not argv or argv[0] not in COMMANDS:
        print(__doc__)
        return 0 if argv and argv[0] in ("-h", "--help") else 2
    try:
        python = set_up()
    except Trouble as trouble:
        say(str(trouble))
        return 1
    try:
        return COMMANDS[argv[0]](python, argv[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
