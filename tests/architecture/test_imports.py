"""What is imported where, beyond what the import contracts say."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.sources import PRODUCT, ROOT, parse

DOMAIN = [path for path in PRODUCT if path.is_relative_to(ROOT / "desktop" / "domain")]
COMMANDS = ROOT / "desktop" / "cli.py"
"""Its docstring says why each command's module is imported late."""


def find_late_imports(path: Path) -> Iterator[int]:
    """Lines of imports inside functions."""
    for function in ast.walk(parse(path)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (node.lineno for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom))


def find_comments(path: Path) -> dict[int, str]:
    """Comments by line."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


def has_reason(line: int, late: set[int], comments: dict[int, str]) -> bool:
    """Whether a comment is on an import's line, or above it and the late imports that it stands with."""
    while line in late and line not in comments:
        line -= 1
    said = [part.strip() for part in comments.get(line, "").split("#")]
    return any(len(part) > 8 and not part.startswith(("noqa", "type:")) for part in said)


def test_every_late_import_has_a_written_reason() -> None:
    bare = []
    for path in PRODUCT:
        late, comments = set(find_late_imports(path)), find_comments(path)
        bare += [f"{path.relative_to(ROOT)}:{n}" for n in sorted(late) if not has_reason(n, late, comments)]
    assert [line for line in bare if not line.startswith("desktop/cli.py:")] == []
    assert "imported only when it is asked for" in (ast.get_docstring(parse(COMMANDS)) or "")


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: path.name)
def test_the_domain_needs_nothing_but_the_standard_library(path: Path) -> None:
    nodes = list(ast.walk(parse(path)))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    outside = {name for name in names if name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name for name in outside if not name.startswith("desktop.domain")} == set()


HOST = """
import json, sys
from desktop.adapters.loader import PluginFolders
import desktop.host.process
folders = PluginFolders()
kinds = [folders.load_class(name).__name__ for name in folders.find_names()]
print(json.dumps([kinds, sorted(name for name in sys.modules if name.partition(".")[0] in {"PySide6", "shiboken6"})]))
"""


def test_the_component_host_and_every_plugin_load_without_qt() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HOST], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    kinds, qt = json.loads(done.stdout)
    assert len(kinds) == len(list((ROOT / "plugins").glob("*/manifest.toml")))
    assert qt == []


def test_the_desk_starts_without_folium_and_the_web_engine() -> None:
    code = (
        "import sys, desktop.app; print(sorted({'folium', 'keyring', 'PySide6.QtWebEngineWidgets'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


DESK = """
import sys
import desktop.app, desktop.ui.resident.view
late = {"requests", "urllib3", "alembic", "folium", "jinja2", "keyring", "PySide6.QtWebEngineCore"}
late |= {"desktop.adapters.api", "desktop.adapters.code_checks"}
print(sorted(late & set(sys.modules)))
"""


def test_the_desk_starts_without_what_its_first_screen_does_not_need() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DESK], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
