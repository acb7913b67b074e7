"""JSON-RPC 2.0 in lines: one message a line, UTF-8, at most 1 MB. Errors cross as what they are."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from desktop.domain import errors
from desktop.domain.changes import Changes
from desktop.domain.errors import AdapterError, DesktopError
from desktop.domain.ids import Kind, LocalKey

PROTOCOL: Final = 1
MOST: Final = 1024 * 1024
"""Bytes of one line."""
PIECE: Final = 128 * 1024
"""Characters of a large text that travel in one message; JSON may make six bytes of each."""


class Message(msgspec.Struct, omit_defaults=True):
    """A request (id and method), an answer (id and result or error), or a notification (method alone)."""

    id: int = 0
    method: str = ""
    params: dict[str, Any] = {}
    result: Any = None
    error: dict[str, Any] | None = None
    jsonrpc: str = "2.0"


_DECODER = msgspec.json.Decoder(Message)
_CLASSES: Final[dict[str, type[DesktopError]]] = {
    name: value for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, DesktopError)
}
_EXTRAS: Final = ("field", "retry_after", "body")


def encode(message: Message) -> bytes:
    """One line."""
    body = msgspec.to_builtins(message)
    body["jsonrpc"] = "2.0"
    if message.id and not message.method and message.error is None:
        body.setdefault("result", None)
    return msgspec.json.encode(body) + b"\n"


def decode(line: bytes) -> Message:
    """The message of one line. Raises msgspec.DecodeError."""
    return _DECODER.decode(line)


def pack_error(error: DesktopError) -> dict[str, Any]:
    """An error as JSON-RPC has it; the class and texts are under `data`."""
    extras = {name: getattr(error, name) for name in _EXTRAS if getattr(error, name, None) is not None}
    data = {"kind": type(error).__name__, "hint": error.hint, "key": error.key, "subject": error.subject, **extras}
    return {"code": -32000, "message": error.title, "data": data}


def unpack_error(packed: dict[str, Any]) -> DesktopError:
    """The error again; an unknown kind is an AdapterError."""
    data = packed.get("data") or {}
    kind = _CLASSES.get(str(data.get("kind")), AdapterError)
    error = kind(
        str(packed.get("message", "")),
        str(data.get("hint", "")),
        key=str(data.get("key", "host.error")),
        subject=str(data.get("subject", "")),
    )
    for name in _EXTRAS:
        if name in data and hasattr(error, name):
            setattr(error, name, data[name])
    return error


def pack_changes(changes: Changes) -> dict[str, Any]:
    """Changes as JSON."""
    return {
        "keys": sorted(changes.keys),
        "many": sorted(changes.many),
        "outbox": changes.outbox,
        "health": changes.health,
        "base": changes.base,
    }


def unpack_changes(packed: dict[str, Any]) -> Changes:
    """Changes again."""
    kinds: dict[str, Kind] = {k: k for k in ("case", "event", "person", "place", "payment")}
    return Changes(
        keys=frozenset((kinds[kind], LocalKey(key)) for kind, key in packed.get("keys", ())),
        many=frozenset(kinds[kind] for kind in packed.get("many", ())),
        outbox=bool(packed.get("outbox")),
        health=bool(packed.get("health")),
        base=bool(packed.get("base")),
    )
