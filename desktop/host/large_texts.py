"""Texts too large for a line, on the desk's side: sent ahead in pieces, and fetched piece by piece."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping
from typing import Any, Final, Protocol

import msgspec

from desktop.domain.errors import DesktopError
from desktop.host.life import SILENCE, Done, Failed, Waiting
from desktop.host.pieces import MARK, MARK_JSON, replace_large, split


class Speaks(Protocol):
    """What is used of the client."""

    def request(self, method: str, params: Mapping[str, Any], *, done: Done, failed: Failed) -> int: ...
    def wait(self, method: str, params: Mapping[str, Any], timeout: float) -> Any: ...


_NAMES: Final = itertools.count(1)


def send_large(client: Speaks, params: dict[str, Any]) -> dict[str, Any]:
    """Parameters with their large texts sent ahead, each piece when the one before was taken."""

    def send(text: str) -> dict[str, str]:
        name = f"desk-{next(_NAMES)}"
        for number, piece in enumerate(split(text)):
            taken = threading.Event()
            client.request(
                "piece.put",
                {"piece": name, "number": number, "text": piece},
                done=lambda _answer, taken=taken: taken.set(),  # type: ignore[misc]
                failed=lambda _error, taken=taken: taken.set(),  # type: ignore[misc]
            )
            taken.wait(SILENCE)
        return {MARK: name}

    sent: dict[str, Any] = replace_large(params, send)
    return sent


def has_pieces(value: Any) -> bool:
    """Whether a result has texts that are still to be fetched."""
    if isinstance(value, dict):
        return MARK in value or MARK_JSON in value or any(has_pieces(item) for item in value.values())
    return isinstance(value, list) and any(has_pieces(item) for item in value)


def fetch_whole(client: Speaks, value: Any) -> Any:
    """A result with its large texts fetched. Not on the reader thread. Raises DesktopError."""
    if isinstance(value, dict):
        if MARK_JSON in value:
            return fetch_whole(client, msgspec.json.decode(_fetch_text(client, value[MARK_JSON])))
        if MARK in value:
            return _fetch_text(client, value[MARK])
        return {name: fetch_whole(client, item) for name, item in value.items()}
    return [fetch_whole(client, item) for item in value] if isinstance(value, list) else value


def fetch_behind(client: Speaks, result: Any, waiting: Waiting) -> None:
    """Fetches a result's large texts, one by one, on a thread of its own: the reader thread cannot wait for them."""

    def fetch() -> None:
        try:
            waiting.done(fetch_whole(client, result))
        except DesktopError as error:
            waiting.failed(error)

    threading.Thread(target=fetch, name="host pieces", daemon=True).start()


def _fetch_text(client: Speaks, name: str) -> str:
    parts: list[str] = []
    more = True
    while more:
        answer = client.wait("piece.get", {"piece": name, "number": len(parts)}, SILENCE)
        parts.append(answer["text"])
        more = answer["more"]
    return "".join(parts)
