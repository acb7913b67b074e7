"""Errors of our tree as plain values, to cross a pipe or be printed, and back."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from desktop.domain import errors
from desktop.domain.errors import AdapterError, BadResponse, DesktopError, InvalidInput, NotReady

ERRORS: Mapping[str, type[DesktopError]] = {
    name: kind for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, DesktopError)
}
"""Every class of the error tree by its name."""


def encode_error(error: DesktopError) -> dict[str, object]:
    """An error as builtins: `error` is the class's name; `field`, `retry_after` and `body` where the class has them."""
    coded: dict[str, object] = {
        "error": type(error).__name__,
        "title": error.title,
        "hint": error.hint,
        "key": error.key,
        "subject": error.subject,
    }
    if isinstance(error, InvalidInput):
        coded["field"] = error.field
    if isinstance(error, NotReady):
        coded["retry_after"] = error.retry_after
    if isinstance(error, BadResponse):
        coded["body"] = error.body
    return coded


def decode_error(coded: Mapping[str, object]) -> DesktopError:
    """The error that `encode_error` was given; an unknown class comes back as AdapterError."""
    kind = ERRORS.get(str(coded.get("error", "")), AdapterError)
    title, hint = str(coded.get("title", "")), str(coded.get("hint", ""))
    key, subject = str(coded.get("key", "")), str(coded.get("subject", ""))
    if issubclass(kind, InvalidInput):
        return kind(title, hint, key=key, subject=subject, field=str(coded.get("field", "")))
    if issubclass(kind, NotReady):
        after = coded.get("retry_after")
        seconds = float(after) if isinstance(after, int | float) else None
        return kind(title, hint, key=key, subject=subject, retry_after=seconds)
    if issubclass(kind, BadResponse):
        return kind(title, hint, key=key, subject=subject, body=str(coded.get("body", "")))
    return kind(title, hint, key=key, subject=subject)
