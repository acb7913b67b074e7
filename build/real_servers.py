"""The real servers that tests run adapters against: each has an environment of its own, made from a lock of its own.

They do not resolve together with Knit's own lock. `build/servers/NAME.lock` has versions and hashes and no address;
`.venv-servers/NAME` is made from it, and made again when the lock or the interpreter is another. Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "build" / "servers"
ENVIRONMENTS = ROOT / ".venv-servers"
STAMP = "knit-lock.sha256"


def find_names(locks: Path = LOCKS) -> tuple[str, ...]:
    """Every real server there is a lock of."""
    return tuple(sorted(path.stem for path in locks.glob("*.lock")))


def find_digest(name: str, locks: Path = LOCKS) -> str:
    """What an environment is made from: the lock and the interpreter."""
    return hashlib.sha256((locks / f"{name}.lock").read_bytes() + sys.version.encode()).hexdigest()


def find_python(
    name: str, *, platform: str = sys.platform, locks: Path = LOCKS, environments: Path = ENVIRONMENTS
) -> Path | None:
    """The interpreter of a server's environment; None where there is none, or one from another lock."""
    folder = environments / name
    python = folder / "Scripts" / "python.exe" if platform == "win32" else folder / "bin" / "python"
    stamp = folder / STAMP
    try:
        made_from = stamp.read_text(encoding="ascii")
    except OSError:
        return None
    return python if made_from == find_digest(name, locks) and python.exists() else None


def is_ci() -> bool:
    """Whether this is a run where nothing may be skipped for want of a server."""
    return os.environ.get("CI", "").lower() == "true"


def make(name: str, *, locks: Path = LOCKS, environments: Path = ENVIRONMENTS) -> str:
    """Makes one environment; gives what went wrong, "" where nothing did."""
    folder = environments / name
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", folder], check=False, capture_output=True, text=True
    )
    if made.returncode:
        return made.stderr.strip() or made.stdout.strip()
    # An environment that is only half there has no stamp, and is made again.
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", locks / f"{name}.lock"],
        check=False,
        capture_output=True,
        text=True,
    )  # fmt: skip
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        return done.stderr.strip()[-1000:]
    (folder / STAMP).write_text(find_digest(name, locks), encoding="ascii")
    return ""


def make_all(say: Callable[[str], None]) -> dict[str, str]:
    """Makes those that are not ready; gives what went wrong with each that still is not."""
    troubles = {}
    for name in find_names():
        if find_python(name) is not None:
            continue
        began = time.monotonic()
        say(f"making the environment of the real server {name} (the first time only)")
        trouble = make(name)
        if trouble:
            troubles[name] = trouble
            say(f"{name} cannot be installed, so its tests are skipped:\n{trouble}")
        else:
            say(f"{name} is ready after {time.monotonic() - began:.0f} s")
    return troubles
