"""A council's own name and words stand in its overrides and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.packs.checks import load_council
from desktop.packs.schema import Allowed, Council
from desktop.packs.wording import find_wording
from tests.helpers.made_packs import SHARED, TOWN
from tests.helpers.sources import ROOT

COUNCIL = Council(
    name="Riverside Council", words=("Riverside", "The Moot"), allowed=(Allowed(path="made", why="a town"),)
)


def test_the_training_towns_words_stand_in_no_shared_pack_and_nowhere_in_the_program() -> None:
    council, findings = load_council(TOWN)
    assert findings == []
    assert council is not None
    found = find_wording(council, [SHARED, ROOT / "desktop", ROOT / "plugins"], root=ROOT)
    assert found == []


def test_every_place_that_is_allowed_is_there_has_the_words_and_a_reason() -> None:
    council, _findings = load_council(TOWN)
    assert council is not None
    bare = Council(name=council.name, words=council.words)
    files = {one.file for one in find_wording(bare, [ROOT / "desktop"], root=ROOT)}
    for item in council.allowed:
        assert item.why.strip()
        assert any(file.is_relative_to(ROOT / item.path) for file in files), item.path


@pytest.mark.parametrize("said", ["Welcome to riverside.", "RIVERSIDE COUNCIL", "x = 'The Moot'"])
def test_a_word_is_found_whatever_its_case(said: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"# first\n{said}\n", encoding="utf-8")
    assert [(one.file.name, one.line) for one in find_wording(COUNCIL, [tmp_path], root=tmp_path)] == [("a.py", 2)]


@pytest.mark.parametrize("said", ["riversides", "moot point", "xriverside", "riverside_2"])
def test_a_part_of_another_word_is_none(said: str, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(said, encoding="utf-8")
    assert find_wording(COUNCIL, [tmp_path], root=tmp_path) == []


def test_an_allowed_place_and_a_picture_are_passed_over(tmp_path: Path) -> None:
    for name in ("made/a.py", "b.png", "made_too/c.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Riverside", encoding="utf-8")
    found = find_wording(COUNCIL, [tmp_path], root=tmp_path)
    assert [one.file.relative_to(tmp_path).as_posix() for one in found] == ["made_too/c.py"]
