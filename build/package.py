"""Freezes Knit into `out/package/knit` and runs the smoke test on it: `python3 build/dev.py package [--keep]`.

The tree has two programs, `knit` and `knit-desk`, and `plugins/` loose beside them. `--keep` tests the tree that is there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import smoke

BUILD = Path(__file__).resolve().parent
ROOT = BUILD.parent
OUT = ROOT / "out" / "package"
TREE = OUT / "knit"
LOOSE = ("LICENSE", "README.md", "CHANGELOG.md", "resources/THIRD_PARTY.md")
KNOWN_MISSING = {
    "pysqlite2": "SQLAlchemy's hook names a driver of Python 2",
    "MySQLdb": "SQLAlchemy's hook names a driver that nothing here uses",
}
"""Modules that a freezer's hook asks for and that need not be there, and why."""


def freeze() -> int:
    """Runs PyInstaller; gives its exit code, and says what it could not find."""
    log = OUT / "freeze.log"
    OUT.mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
        *("--workpath", str(OUT / "work"), "--distpath", str(OUT), str(BUILD / "knit.spec")),
    ]
    with log.open("w", encoding="utf-8") as file:
        done = subprocess.run(command, check=False, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT)
    text = log.read_text(encoding="utf-8", errors="replace")
    missing = [line for line in text.splitlines() if "Hidden import" in line and not _is_known(line)]
    for line in missing:
        print(f"package: {line}")
    if done.returncode:
        print(text[-4000:])
    return done.returncode or (1 if missing else 0)


def _is_known(line: str) -> bool:
    return any(f'"{name}"' in line for name in KNOWN_MISSING)


def add_loose_files() -> None:
    """Lays the plugins and the papers beside the programs."""
    shutil.rmtree(TREE / "plugins", ignore_errors=True)
    shutil.copytree(ROOT / "plugins", TREE / "plugins", ignore=shutil.ignore_patterns("__pycache__", "tests"))
    for name in LOOSE:
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, TREE / Path(name).name)


def measure(tree: Path) -> int:
    """Bytes of a tree, links not followed."""
    return sum((Path(folder) / name).lstat().st_size for folder, _folders, names in os.walk(tree) for name in names)


def main(words: list[str]) -> int:
    """Freezes, measures and tests; gives 0 when all is well."""
    if "--keep" not in words:
        began = time.monotonic()
        if code := freeze():
            print("package: freezing failed; the whole log is out/package/freeze.log")
            return code
        add_loose_files()
        print(f"package: frozen in {time.monotonic() - began:.0f} s", flush=True)
    print(f"package: {TREE.relative_to(ROOT)} has {measure(TREE) / 1e6:.0f} MB", flush=True)
    return smoke.run(TREE)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
