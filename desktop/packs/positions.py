"""At which line each field of a TOML or JSON text stands.

Neither `tomllib` nor `json` says so, and of the kept TOML libraries none does either (ADR 0011). Both finders take texts
that their parser accepted, so they need not know what is wrong TOML or JSON: only where names and values begin.
"""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_right

Lines = dict[tuple[str | int, ...], int]
"""Line, from 1, by path; an item of a list by its number from 0."""
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_COMMENT_OR_SPACE = re.compile(r"[ \t\r\n]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_TOML_TEXT = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|' + r"'''(?:[^']|'(?!''))*'{3,5}|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'",
    re.DOTALL,
)
_TOML_PLAIN = re.compile(r"[^,\]}#\n]+")
_JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_JSON_PLAIN = re.compile(r"[^\s,\]}]+")


def find_toml_lines(text: str) -> Lines:
    """Lines of every table and value of a TOML text that `tomllib` reads."""
    return _Toml(text).read()


def find_json_lines(text: str) -> Lines:
    """Lines of every value of a JSON text that `json` reads."""
    finder = _Json(text)
    finder.value(())
    return finder.lines


class _Finder:
    """A place in a text, and the lines found so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: Lines = {}
        self._turned_at = -1
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def mark(self, path: tuple[str | int, ...]) -> None:
        self.lines.setdefault(path, bisect_right(self._starts, self.at))

    def skip(self, pattern: re.Pattern[str]) -> str:
        """Goes past a pattern, which may be nothing; gives what it was."""
        match = pattern.match(self.text, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match[0]

    def goes_on(self) -> bool:
        """False where a loop has not moved since it was asked last: a text that is no TOML or JSON after all."""
        moved = self.at > self._turned_at
        self._turned_at = self.at
        return moved

    def take(self, word: str) -> bool:
        if not self.text.startswith(word, self.at):
            return False
        self.at += len(word)
        return True


class _Toml(_Finder):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._counts: dict[tuple[str | int, ...], int] = {}

    def read(self) -> Lines:
        inside: tuple[str | int, ...] = ()
        self.skip(_GAP)
        while self.at < len(self.text) and self.goes_on():
            if self.text.startswith("[", self.at):
                inside = self._header()
            else:
                self._pair(inside)
            self.skip(_GAP)
        return self.lines

    def _header(self) -> tuple[str | int, ...]:
        started = self.at
        many = self.take("[[")
        if not many:
            self.take("[")
        path = self._resolve(self._keys(), last=not many)
        self.take("]]" if many else "]")
        ended, self.at = self.at, started
        for length in range(1, len(path) + 1):
            self.mark(path[:length])
        if many:
            self._counts[path] = self._counts.get(path, 0) + 1
            path = (*path, self._counts[path] - 1)
            self.mark(path)
        self.at = ended
        return path

    def _resolve(self, keys: tuple[str, ...], *, last: bool) -> tuple[str | int, ...]:
        """A header's path: a name of a list of tables on the way means its newest table."""
        path: tuple[str | int, ...] = ()
        for place, key in enumerate(keys, start=1):
            path = (*path, key)
            if path in self._counts and (last or place < len(keys)):
                path = (*path, self._counts[path] - 1)
        return path

    def _keys(self) -> tuple[str, ...]:
        keys: list[str] = []
        self.skip(_COMMENT_OR_SPACE)
        while True:
            raw = self.skip(_KEY)
            keys.append(_read_key(raw))
            if not self.skip(_DOT):
                break
        self.skip(_COMMENT_OR_SPACE)
        return tuple(keys)

    def _pair(self, inside: tuple[str | int, ...]) -> None:
        started = self.at
        path = (*inside, *self._keys())
        ended, self.at = self.at, started
        for length in range(len(inside) + 1, len(path) + 1):
            self.mark(path[:length])
        self.at = ended
        self.take("=")
        self.skip(_COMMENT_OR_SPACE)
        self._value(path)

    def _value(self, path: tuple[str | int, ...]) -> None:
        if self.take("["):
            self._items(path)
        elif self.take("{"):
            self.skip(_GAP)
            while not self.take("}") and self.goes_on():
                self._pair(path)
                self.skip(_GAP)
                self.take(",")
                self.skip(_GAP)
        elif not self.skip(_TOML_TEXT):
            self.skip(_TOML_PLAIN)

    def _items(self, path: tuple[str | int, ...]) -> None:
        number = 0
        self.skip(_GAP)
        while not self.take("]") and self.goes_on():
            self.mark((*path, number))
            self._value((*path, number))
            number += 1
            self.skip(_GAP)
            self.take(",")
            self.skip(_GAP)


def _read_key(raw: str) -> str:
    """A key without its quotation marks."""
    if raw[:1] not in {'"', "'"}:
        return raw
    return next(iter(tomllib.loads(f"{raw}=1")))


class _Json(_Finder):
    def value(self, path: tuple[str | int, ...]) -> None:
        self.skip(_COMMENT_OR_SPACE)
        if path:
            self.mark(path)
        if self.take("{"):
            self._members(path)
        elif self.take("["):
            self._items(path)
        elif not self.skip(_JSON_TEXT):
            self.skip(_JSON_PLAIN)
        self.skip(_COMMENT_OR_SPACE)

    def _members(self, path: tuple[str | int, ...]) -> None:
        self.skip(_COMMENT_OR_SPACE)
        while not self.take("}") and self.goes_on():
            started = self.at
            name = json.loads(self.skip(_JSON_TEXT))
            ended, self.at = self.at, started
            self.mark((*path, name))
            self.at = ended
            self.skip(_COMMENT_OR_SPACE)
            self.take(":")
            self.value((*path, name))
            self.take(",")
            self.skip(_COMMENT_OR_SPACE)

    def _items(self, path: tuple[str | int, ...]) -> None:
        self.skip(_COMMENT_OR_SPACE)
        number = 0
        while not self.take("]") and self.goes_on():
            self.value((*path, number))
            number += 1
            self.take(",")
            self.skip(_COMMENT_OR_SPACE)
