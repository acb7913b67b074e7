"""Texts too large for one line travel in numbered pieces, asked for one by one."""

from __future__ import annotations

import itertools
import os
import threading
from typing import Any, Final

import msgspec

from desktop.domain.errors import InvalidInput
from desktop.host.wire import PIECE, Message

MARK: Final = "$piece"
MARK_JSON: Final = "$piece.json"
"""A result of many small texts that together are too large for a line."""
LARGE: Final = PIECE // 2
MOST_HELD: Final = 64 * 1024 * 1024


class Pieces:
    """Large texts on their way, by id. One side keeps a text until the other has fetched or used it."""

    def __init__(self) -> None:
        self._held: dict[str, list[str]] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def put(self, params: dict[str, Any]) -> object:
        """Takes piece `number` of text `piece` that the other side sends; gives the number it wants next."""
        with self._lock:
            parts = self._held.setdefault(str(params["piece"]), [])
            if params["number"] != len(parts):
                raise InvalidInput("A piece came out of order.", key="host.piece")
            parts.append(str(params["text"]))
            if sum(map(len, parts)) > MOST_HELD:
                raise InvalidInput("This is too large to send.", "Shorten the text.", key="host.too_large")
            return len(parts)

    def get(self, params: dict[str, Any]) -> object:
        """Gives piece `number` of a text that this side keeps; the last one forgets it."""
        name, number = str(params["piece"]), int(params["number"])
        with self._lock:
            parts = self._held[name]
            if number + 1 == len(parts):
                del self._held[name]
            return {"text": parts[number], "more": number + 1 < len(parts)}

    def keep(self, text: str) -> str:
        """Keeps a text to be fetched; gives its name."""
        name = f"{os.getpid()}-{next(self._numbers)}"
        with self._lock:
            self._held[name] = split(text)
        return name

    def shrink(self, message: Message) -> Message:
        """The message with its large texts replaced by names under which the other side fetches them."""
        if message.result is None:
            return message
        message.result = replace_large(message.result, lambda text: {MARK: self.keep(text)})
        whole = msgspec.json.encode(message.result)
        if len(whole) > LARGE:
            message.result = {MARK_JSON: self.keep(whole.decode())}
        return message

    def grow(self, params: dict[str, Any]) -> dict[str, Any]:
        """Parameters with the texts that came in pieces put back."""
        grown: dict[str, Any] = self._grow(params)
        return grown

    def _grow(self, value: Any) -> Any:
        if isinstance(value, dict):
            if value.keys() == {MARK}:
                with self._lock:
                    return "".join(self._held.pop(value[MARK]))
            return {name: self._grow(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._grow(item) for item in value]
        return value


def split(text: str) -> list[str]:
    """A text in pieces of at most PIECE characters; an empty one is one empty piece."""
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)] or [""]


def replace_large(value: Any, replace: Any) -> Any:
    """A value of builtins with each large text replaced."""
    if isinstance(value, str):
        return replace(value) if len(value) > LARGE else value
    if isinstance(value, dict):
        return {name: replace_large(item, replace) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [replace_large(item, replace) for item in value]
    return value
