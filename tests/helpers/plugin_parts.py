"""What the tests of each plugin bring to the suites that hold every plugin: modules under tests/plugins/<name>/."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

from tests.helpers.adapters import REPOSITORY

PLUGINS = tuple(sorted(path.parent.name for path in (REPOSITORY / "plugins").glob("*/manifest.toml")))
"""Every plugin of the repository."""


def load_parts(module: str) -> Iterator[Any]:
    """The modules of that name of every plugin that has one."""
    for plugin in PLUGINS:
        if (REPOSITORY / "tests" / "plugins" / plugin / f"{module}.py").is_file():
            yield importlib.import_module(f"tests.plugins.{plugin}.{module}")
