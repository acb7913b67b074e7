"""The pages about plugins say everything that there is to set and every rule."""

from __future__ import annotations

import pytest

from desktop.adapters.manifest import load_manifest
from desktop.adapters.quality import RULES
from tests.helpers.adapters import REPOSITORY
from tests.helpers.plugin_index import PAGE, build_index

PAGES = REPOSITORY / "docs" / "plugins"
NAMES = sorted(path.parent.name for path in (REPOSITORY / "plugins").glob("*/manifest.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_plugins_page_names_every_setting_and_secret(name: str) -> None:
    manifest = load_manifest(REPOSITORY / "plugins" / name).manifest
    assert manifest is not None
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert [field for field in (*manifest.settings, *manifest.secrets) if f"`{field}`" not in text] == []


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_has_a_heading(rule: str) -> None:
    assert f"\n### {rule}\n" in (PAGES / "writing.md").read_text(encoding="utf-8")


def test_the_index_of_plugins_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == build_index(), "run python -m tests.helpers.plugin_index"
