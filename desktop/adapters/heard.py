"""What a component really said: the answers to one call as they came, without secrets, for whoever wants to see them.

Kept by the HTTP client, so that it holds for every plugin; a plugin knows nothing of it. The list is kept in a context
variable, so each call has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from desktop.adapters.answers import Answer
from desktop.adapters.redaction import redact_text

T = TypeVar("T")
MOST_ANSWERS = 50
MOST_CHARS = 200_000
"""Of all bodies of a call together: so much is looked at by a person, and laid out on a screen at once."""
_TEXT = ("text/", "json", "xml", "javascript", "html", "form-urlencoded")
"""Content-Types that are text; an answer without any is taken for text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One answer. `url` has no query; `body` has no secret and no card number, and is "" for what is no text.

    `size` is in bytes; `cut` says that the body is longer than what is kept of it.
    """

    method: str
    url: str
    status: int
    media: str
    size: int
    body: str = ""
    cut: bool = False


_HEARD: ContextVar[list[Heard] | None] = ContextVar("knit_heard", default=None)


@contextmanager
def hearing() -> Iterator[list[Heard]]:
    """Keeps every answer to the requests made inside, on this thread, in the order of their coming (50 at most)."""
    heard: list[Heard] = []
    token = _HEARD.set(heard)
    try:
        yield heard
    finally:
        _HEARD.reset(token)


def hear(method: str, answer: Answer, secrets: Collection[str]) -> None:
    """Keeps an answer, where somebody wants to see what is said in this call."""
    heard = _HEARD.get()
    if heard is None or len(heard) >= MOST_ANSWERS:
        return
    media = answer.headers.get("Content-Type", "")
    text = redact_text(answer.text, secrets) if not media or any(kind in media.lower() for kind in _TEXT) else ""
    room = MOST_CHARS - sum(len(each.body) for each in heard)
    heard.append(
        Heard(
            method=method,
            url=redact_text(answer.url, secrets),
            status=answer.status,
            media=media,
            size=len(answer.body),
            body=text[:room],
            cut=len(text) > room,
        )
    )


def call_heard(call: Callable[[], T]) -> tuple[T, bytes]:
    """What a call gives, and the bodies that were said meanwhile, as they are kept beside a record.

    One alone as it came; several each under what was asked.
    """
    with hearing() as heard:
        given = call()
    said = [answer for answer in heard if answer.body]
    if len(said) == 1:
        return given, said[0].body.encode()
    return given, "\n\n".join(f"{each.method} {each.url}: {each.status}\n{each.body}" for each in said).encode()
