"""A council's own name and words belong in its overrides: in no shared pack and nowhere in the program."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from desktop.packs.documents import Finding
from desktop.packs.schema import Council

MOST_READ = 1_000_000
"""Bytes of a text; one that is longer was made, and is passed over."""
ENDINGS = frozenset({".py", ".toml", ".json", ".txt", ".md"})


def find_wording(council: Council, folders: Iterable[Path], *, root: Path) -> list[Finding]:
    """Each line of the folders' texts that has one of the council's words, but for what the council allows.

    `root` is what the council's `allowed` paths are relative to. A word counts as a whole word, whatever its case.
    """
    words = [word for word in (council.name, *council.words) if word.strip()]
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)", re.IGNORECASE)
    allowed = tuple((root / item.path).resolve() for item in council.allowed)
    return [
        Finding(file, line, "", f"“{said}” is {council.name}'s own. Move it to that council's override.")
        for folder in folders
        for file in _find_texts(folder)
        if not any(file.resolve().is_relative_to(place) for place in allowed)
        for line, said in _find_lines(file, pattern)
    ]


def _find_lines(file: Path, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    if file.stat().st_size > MOST_READ:
        return
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        match = pattern.search(line)
        if match:
            yield number, match[0]


def _find_texts(folder: Path) -> Iterator[Path]:
    for place, _folders, names in os.walk(folder):
        yield from (Path(place) / name for name in sorted(names) if Path(name).suffix in ENDINGS)
