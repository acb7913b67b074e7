"""Lines of fields: each path that the parser gives has one, and it is the right one."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.packs.documents import find_depth, load_document, parse_json, parse_toml
from desktop.packs.positions import find_json_lines, find_toml_lines
from tests.helpers.made_packs import PACKS, SETTINGS

FILES = sorted(file for file in PACKS.rglob("*") if file.suffix in {".toml", ".json"})
NASTY = '''# a comment with [brackets] and "quotes"
top = "a # no comment"
"quoted key" = 1
dotted."a.b".c = 2
multi = """
[not.a.header]
key = "no key"
"" \\" """
literal = \'\'\'
[[neither]]\'\'\'
list = [ # a comment, with a comma
  1, 2, [3, "]"],
  { inner = "}", other = [4] },
]
day = 2026-03-31 07:00:00
empty = []
none = {}
[table.under]
x = 1
[[many]]
id = "one"
[many.inside]
y = 2
[[many.deeper]]
z = 3
[[many.deeper]]
z = 4
[[many]]
id = "two"
  indented = true
'''


def find_paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every path of a parsed text."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield (*path, name)
        yield from find_paths(child, (*path, name))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKS).as_posix())
def test_every_field_of_a_shipped_file_has_its_line(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    is_json = file.suffix == ".json"
    lines = find_json_lines(text) if is_json else find_toml_lines(text)
    paths = set(find_paths(json.loads(text) if is_json else tomllib.loads(text)))
    assert paths <= lines.keys()
    named = [(path, text.splitlines()[lines[path] - 1]) for path in paths if isinstance(path[-1], str)]
    assert [path for path, line in named if str(path[-1]) not in line] == []


def test_every_field_of_a_nasty_text_has_its_line() -> None:
    lines = find_toml_lines(NASTY)
    assert set(find_paths(tomllib.loads(NASTY))) <= lines.keys()
    wanted = {
        ("top",): 2, ("quoted key",): 3, ("dotted", "a.b", "c"): 4, ("multi",): 5, ("literal",): 9, ("list", 1): 12,
        ("list", 3, "other", 0): 13, ("day",): 15, ("table", "under", "x"): 19, ("many", 0, "inside", "y"): 23,
        ("many", 0, "deeper", 1, "z"): 27, ("many", 1, "indented"): 30,
    }  # fmt: skip
    assert {path: lines[path] for path in wanted} == wanted


values = st.recursive(
    st.booleans() | st.integers(-5, 5) | st.text(alphabet='ab"[]{},:\\\n# ', max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='ab".[]{} ', max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@SETTINGS
@given(st.dictionaries(st.text(max_size=4), values, max_size=4), st.sampled_from([None, 1]))
def test_every_path_of_any_json_has_a_line(table: dict[str, object], indent: int | None) -> None:
    text = json.dumps(table, indent=indent)
    lines = find_json_lines(text)
    assert set(find_paths(table)) == lines.keys()
    last = text.count("\n") + 1
    assert all(1 <= line <= last for line in lines.values())
    order = [lines[path] for path in find_paths(table)]
    assert order == sorted(order)


def write_toml(value: object) -> str:
    """A value inline, as TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {write_toml(child)}" for name, child in value.items()) + "}"
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(write_toml, value)) + "\n]" if value else "[]"
    return json.dumps(value)


@SETTINGS
@given(st.dictionaries(st.text(alphabet='ab".[]{}# ', max_size=4), values, max_size=4))
def test_every_path_of_any_toml_has_a_line(table: dict[str, object]) -> None:
    text = "# first\n" + "".join(f"{json.dumps(name)} = {write_toml(value)}\n" for name, value in table.items())
    read = tomllib.loads(text)
    lines = find_toml_lines(text)
    assert set(find_paths(read)) == lines.keys()
    order = [lines[path] for path in find_paths(read)]
    assert order == sorted(order)


@SETTINGS
@given(st.text(alphabet='ab=[]{}",.\n#', max_size=40))
def test_a_finder_ends_whatever_it_is_given(text: str) -> None:
    with suppress(ValueError):  # of texts that no parser took
        assert all(line >= 1 for line in find_toml_lines(text).values())
    with suppress(ValueError):
        assert all(line >= 1 for line in find_json_lines(text).values())


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a = 1\nb = = 2\n", 2, "not TOML"),
        ("a = 1\na = 2\n", 2, "not TOML"),
        ("a = " + "[" * 50 + "]" * 50, 1, "deeper than 20"),
        ("a = " + "[" * 50_000, 1, "deeper than 20"),
        ("a = " + "9" * 5_000, 1, "too long"),
    ],
)
def test_toml_that_cannot_be_read_says_where(text: str, line: int, said: str) -> None:
    finding = parse_toml(Path("x.toml"), text).findings[0]
    assert (finding.line, said in finding.message) == (line, True)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('{\n"a": 1,\n}', 3, "not JSON"),
        ('{"a": 1, "a": 2}', 1, "twice"),
        ('{"a": NaN}', 1, "no number"),
        ("[1]", 1, "not a JSON object"),
        ('{"a": ' + "[" * 50 + "]" * 50 + "}", 1, "deeper than 20"),
        ('{"a": ' + "[" * 100_000, 1, "deeper than 20"),
        ('{"a": ' + "9" * 5_000 + "}", 1, "not JSON"),
    ],
)
def test_json_that_cannot_be_read_says_where(text: str, line: int, said: str) -> None:
    finding = parse_json(Path("x.json"), text).findings[0]
    assert (finding.line, said in finding.message) == (line, True)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.toml"
    with huge.open("wb") as stream:
        stream.truncate(2_000_000_000)
    assert "2,000,000,000 bytes" in load_document(huge).findings[0].message


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"a = \xff\xfe")
    assert "not UTF-8" in load_document(tmp_path / "a.toml").findings[0].message
    assert "not there" in load_document(tmp_path / "b.toml").findings[0].message


def test_many_tables_are_gone_through_once() -> None:
    # Each compared with each, these would take minutes.
    text = "".join(f'[[a]]\nid = "{number}"\n[[a.b]]\nid = "{number}"\n' for number in range(20_000))
    document = parse_toml(Path("x.toml"), text)
    assert document.sound
    assert document.lines["a", "19999", "b", "19999", "id"] == 80_000


def test_depth_is_measured_without_recursion() -> None:
    value: object = 1
    for _ in range(100_000):
        value = [value]
    assert find_depth(value) == 100_000
