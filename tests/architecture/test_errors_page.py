"""The error tree says what it is, and every key has its heading in docs/errors.md."""

from __future__ import annotations

import ast
import inspect
import re

import pytest

from desktop.domain import errors
from tests.helpers.error_keys import CLASSES, DOCUMENT, KEY, build_document, find_said
from tests.helpers.sources import ROOT, parse

SAID = find_said()


def test_the_docstring_of_the_tree_is_the_tree() -> None:
    drawn: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in inspect.cleandoc(errors.__doc__ or "").splitlines()[2:]:
        depth, name = len(line) - len(line.lstrip()), line.split()[0]
        above = [item for item in above if item[0] < depth]
        drawn[name] = above[-1][1] if above else "Exception"
        above.append((depth, name))
    tree = parse(ROOT / "desktop" / "domain" / "errors.py")
    classes = {node.name: ast.unparse(node.bases[0]) for node in tree.body if isinstance(node, ast.ClassDef)}
    assert drawn == classes


@pytest.mark.parametrize("said", SAID, ids=lambda said: f"{said.key}-{said.kind}")
def test_every_key_is_of_the_form_area_dot_what(said: object) -> None:
    assert KEY.fullmatch(getattr(said, "key", ""))


def test_every_key_in_the_code_has_a_heading() -> None:
    headings = set(re.findall(r"^## (\S+)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
    assert headings == {said.key for said in SAID}, "run: python -m tests.helpers.error_keys"


def test_the_page_is_what_the_code_says() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == build_document(), "run: python -m tests.helpers.error_keys"


def test_a_key_given_through_a_function_or_a_table_is_found() -> None:
    found = {(said.key, said.kind) for said in SAID}
    assert {("http.unreachable", "NotReady"), ("component.auth", "AuthFailed")} <= found
    assert {said.kind for said in SAID} <= CLASSES.keys()
