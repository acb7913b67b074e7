"""The project's own files, for the tests that read them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _find(*folders: str) -> tuple[Path, ...]:
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


PRODUCT = _find("desktop", "plugins")
"""Every module that is shipped."""
SOURCES = (*PRODUCT, *_find("build"), *_find("tests"), ROOT / "main.py")
"""Every Python file of the project."""


@cache
def parse(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def find_kept_files() -> tuple[Path, ...]:
    """Files that are, or would be, in the repository; without git every file but hidden and built ones."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        said = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        inner = [
            path
            for path in ROOT.rglob("*")
            if path.relative_to(ROOT).parts[0] not in {".venv", ".venv-servers", ".git", "out"}
        ]
        return tuple(path for path in inner if path.is_file() and "__pycache__" not in path.parts)
    names = [name for name in said.decode("utf-8", "surrogateescape").split("\0") if name]
    return tuple(path for name in names if (path := ROOT / name).is_file())
