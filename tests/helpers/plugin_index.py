"""Writes `docs/plugins/index.md`: `python -m tests.helpers.plugin_index` from the repository's root."""

from __future__ import annotations

from desktop.adapters.loader import PluginFolders
from desktop.adapters.quality import find_missing, find_tier
from tests.helpers.adapters import REPOSITORY

PAGE = REPOSITORY / "docs" / "plugins" / "index.md"
_HEAD = """# Plugins

What Knit speaks today. Each is held to the rules of [writing a plugin](writing.md); the tier says how many of them it
meets, and a test checks each claim. This page is written by `python -m tests.helpers.plugin_index`.

| plugin | capabilities | tier | rules it does not meet | attribution to show |
|---|---|---|---|---|
"""


def build_index() -> str:
    """The page from the manifests and the claims."""
    folders = PluginFolders([REPOSITORY / "plugins"])
    rows = []
    for plugin in folders.find_all():
        manifest = folders.get_manifest(plugin.name)
        named = f"[{manifest.name}]({manifest.id}.md)"
        cells = [
            named,
            ", ".join(manifest.capabilities),
            find_tier(plugin.folder),
            ", ".join(find_missing(plugin.folder)),
            manifest.attribution,
        ]
        rows.append(f"| {' | '.join(cells)} |\n")
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(build_index(), encoding="utf-8")
