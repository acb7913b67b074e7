"""Limits of STYLE: how long a file, a class and a function may be, and what a module is not called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.sources import PRODUCT, ROOT, SOURCES, parse

FILE_LINES, CLASS_LINES, FUNCTION_LINES = 400, 250, 50
EXCEPTIONS: dict[str, str] = {}
"""What may be longer, as `path` or `path::name`, and why."""
DRAWERS = {"util", "utils", "misc", "helper", "manager", "data", "common"}


def measure(path: Path) -> Iterator[tuple[str, int, int]]:
    """Every file, class and function with its lines and its limit."""
    name = path.relative_to(ROOT).as_posix()
    yield name, len(path.read_text(encoding="utf-8").splitlines()), FILE_LINES
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            limit = CLASS_LINES if isinstance(node, ast.ClassDef) else FUNCTION_LINES
            yield f"{name}::{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1, limit


def test_nothing_is_longer_than_its_limit() -> None:
    measured = [item for path in SOURCES for item in measure(path)]
    long = [
        f"{name}: {lines} of {limit}" for name, lines, limit in measured if lines > limit and name not in EXCEPTIONS
    ]
    assert not long, "\n".join(long)


def test_every_exception_is_still_needed_and_has_a_reason() -> None:
    measured = {name for path in SOURCES for name, lines, limit in measure(path) if lines > limit}
    assert {name for name, reason in EXCEPTIONS.items() if name not in measured or not reason} == set()


def test_no_module_is_a_drawer() -> None:
    named = [part for path in SOURCES for part in path.relative_to(ROOT).with_suffix("").parts]
    assert DRAWERS.intersection(named) == set()


@pytest.mark.parametrize("path", [p for p in PRODUCT if p.name == "__init__.py"], ids=str)
def test_a_package_says_what_it_is_before_anything_else(path: Path) -> None:
    assert ast.get_docstring(parse(path))


def test_build_is_no_package() -> None:
    # With an __init__.py there, `import build` would find ours and not the packaging tool.
    assert list((ROOT / "build").rglob("__init__.py")) == []
