"""Reads every error key out of the code and writes docs/errors.md: `python -m tests.helpers.error_keys`."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.domain import errors
from tests.helpers.sources import PRODUCT, ROOT, parse

DOCUMENT = ROOT / "docs" / "errors.md"
KEY = re.compile(r"[a-z_0-9…]+(\.[a-z_0-9…]+)+")
CLASSES = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.DesktopError)
}
HEAD = """# Errors

Every sentence that Knit says when something does not work has a stable key. It is in the log, in the JSON that the command
line prints, and here. `…` stands for a name, a number or a file. This page is made from the code by
`python -m tests.helpers.error_keys`, and a test holds it to that.
"""
AT_RUN_TIME = {"desktop/adapters/faults.py", "desktop/host/wire.py"}
"""Modules that make an error again from what another process sent."""


@dataclass(frozen=True, order=True, slots=True)
class Said:
    """One place that makes an error."""

    key: str
    kind: str
    title: str
    hint: str


class Unreadable(Exception):
    """An error whose key cannot be read out of the code."""


def find_said() -> list[Said]:
    """Every error of the product, by key. Raises Unreadable."""
    found: set[Said] = set()
    for path in PRODUCT:
        if path.relative_to(ROOT).as_posix() not in AT_RUN_TIME:
            found.update(_read_module(path))
    return sorted(found)


def _read_module(path: Path) -> Iterator[Said]:
    tree = parse(path)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node) in CLASSES):
        key = _argument(call, "key", 99)
        if key is None:
            continue
        if not isinstance(key, ast.Name):
            yield _said(call, _text(key, {}), {})
            continue
        maker = next((f for f in functions if key.id in _parameters(f) and call in ast.walk(f)), None)
        if maker is None:
            raise Unreadable(f"{path.relative_to(ROOT)}:{call.lineno}")
        yield from _read_maker(tree, maker, call, key.id)
    yield from _read_tables(tree)


def _read_maker(tree: ast.Module, maker: ast.FunctionDef, call: ast.Call, key: str) -> Iterator[Said]:
    """Errors of a function that is given the key: one for each call of it."""
    names = _parameters(maker)
    for use in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node) == maker.name):
        known = {name: value for i, name in enumerate(names) if (value := _argument(use, name, i)) is not None}
        words = {name: _text(value, {}) for name, value in known.items()}
        yield _said(call, words[key], {name: text for name, text in words.items() if name != key})


def _read_tables(tree: ast.Module) -> Iterator[Said]:
    """Rows such as `401: (AuthFailed, "does not know the key.", "component.auth")`, with a hint before the key or none."""
    for row in (node for node in ast.walk(tree) if isinstance(node, ast.Tuple) and len(node.elts) > 1):
        first, last = row.elts[0], row.elts[-1]
        if not (isinstance(first, ast.Name) and first.id in CLASSES and isinstance(last, ast.Constant)):
            continue
        if KEY.fullmatch(str(last.value)):
            hint = _text(row.elts[2], {}) if len(row.elts) == 4 else ""
            yield Said(str(last.value), first.id, f"… {_text(row.elts[1], {})}", hint)


def _said(call: ast.Call, key: str, words: dict[str, str]) -> Said:
    title, hint = _argument(call, "title", 0), _argument(call, "hint", 1)
    return Said(key, _name(call), _text(title, words), _text(hint, words))


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def _argument(call: ast.Call, name: str, position: int) -> ast.expr | None:
    named = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    return named if named is not None else call.args[position] if position < len(call.args) else None


def _text(node: ast.expr | None, words: dict[str, str]) -> str:
    """What an expression says, with `…` for what is only known later."""
    match node:
        case None:
            return ""
        case ast.Constant(value=str(text)):
            return " ".join(text.split())
        case ast.Name(id=name):
            return words.get(name, "…")
        case ast.JoinedStr(values=values):
            return re.sub(r"…+", "…", "".join(_part(value, words) for value in values))
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _text(left, words) + _text(right, words)
    return "…"


def _part(value: ast.expr, words: dict[str, str]) -> str:
    if isinstance(value, ast.Constant):
        return re.sub(r"\s+", " ", str(value.value))
    return _text(value.value, words) if isinstance(value, ast.FormattedValue) else "…"


def find_lead(kind: type) -> str:
    """What a class of errors means, from its docstring's first sentence."""
    return (kind.__doc__ or "").strip().partition("\n")[0].strip()


def build_document() -> str:
    """The whole page."""
    lines = [HEAD]
    said = find_said()
    for key in sorted({one.key for one in said}):
        here = [one for one in said if one.key == key]
        lines.append(f"## {key}\n")
        lines += [f"`{kind}`: {find_lead(CLASSES[kind])}\n" for kind in sorted({one.kind for one in here})]
        lines += sorted({_format_line(one) for one in here if one.title})
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _format_line(said: Said) -> str:
    text = f"{said.title} {said.hint}".strip()
    return f"- {text}" if re.search(r"\w", text) else "- (A sentence that is made where it happens.)"


if __name__ == "__main__":
    sys.stdout.write(f"{DOCUMENT.relative_to(ROOT)}: {len({one.key for one in find_said()})} keys\n")
    DOCUMENT.write_text(build_document(), encoding="utf-8")
