"""Packs for tests: a copy of the shipped ones in which one thing is changed."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from hypothesis import settings

from desktop.packs.checks import check_path
from desktop.packs.documents import Finding
from desktop.packs.loading import LoadedCase, load_case
from tests.helpers.sources import ROOT

LONG = bool(os.environ.get("KNIT_LONG"))
SETTINGS = settings(max_examples=5_000 if LONG else 200, derandomize=not LONG, deadline=None, database=None)
"""The short run tries the same examples each time; the long one seeks new ones."""
PACKS = ROOT / "resources" / "packs"
SHARED = PACKS / "shared"
TOWN = PACKS / "citytown"
SHIPPED = tuple(
    (file.parent.name, file.stem) for file in sorted(SHARED.glob("*/*.toml")) if file.name != "service.toml"
)
"""Service and code of each shipped case type."""


@dataclass(frozen=True, slots=True)
class PackCopy:
    """A folder of packs that a test may spoil."""

    root: Path

    def change(self, name: str, before: str, after: str) -> int:
        """Changes the first place of a file where `before` stands; gives the line where the change begins."""
        file = self.root / name
        text = file.read_text(encoding="utf-8")
        assert before in text, f"{name} has no {before!r}"
        file.write_text(text.replace(before, after, 1), encoding="utf-8")
        return text[: text.index(before)].count("\n") + 1

    def add(self, name: str, text: str) -> int:
        """Adds to the end of a file; gives the line of the first of it."""
        file = self.root / name
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(before + text, encoding="utf-8")
        return before.count("\n") + 1

    def check(self) -> list[Finding]:
        """Findings of the whole folder."""
        return check_path(self.root)


def copy_packs(into: Path) -> PackCopy:
    """The shipped packs, in a folder of the test's own."""
    root = into / "resources" / "packs"
    shutil.copytree(PACKS, root)
    return PackCopy(root)


def get_case(service: str, code: str, *, town: bool = False, version: int = 0) -> LoadedCase:
    """A shipped case type, with the training town's override or without."""
    read = load_case(SHARED / service, code, TOWN / service if town else None, version=version)
    assert read.case is not None
    return read.case
