"""Answers of an Open311 endpoint: read, or turned into the typed error that they stand for."""

from __future__ import annotations

import re

from desktop.adapters.api import (
    Answer,
    build_bad_response,
    build_outcome_unknown,
    build_refusal,
    looks_like_html,
    read_body,
    read_text,
    read_whole,
)
from desktop.domain.clocks import Clock
from desktop.domain.errors import BadResponse

from .trees import find_errors, parse_body

_ATTRIBUTE = re.compile(r"attribute\[([^\]\s]{1,80})\]")


def read_reply(answer: Answer, *, component: str, writes: bool, clock: Clock) -> object:
    """The body of an answer as plain values.

    Some servers send errors with a status of 200; an error body counts whatever its status.

    Raises:
        AdapterError: the error that it is; OutcomeUnknown for a write whose answer cannot be read.
        InvalidInput: the server does not take what was sent.
    """
    media = answer.headers.get("Content-Type", "")
    tree: object = None
    try:
        tree = parse_body(answer.body, media=media, component=component)
    except BadResponse as error:
        if answer.status < 300:
            raise (build_outcome_unknown(component) if writes else error) from error
    errors = find_errors(tree)
    if answer.status < 300 and not errors:
        return tree
    said = "; ".join(text for record in errors if (text := read_text(record.get("description"))))
    text = read_body(answer.body[:2_000], media)
    status = answer.status if answer.status >= 300 else _find_status(errors[0].get("code"))
    if status is None:
        raise build_bad_response(text, component=component, what="it says that it failed")
    raise build_refusal(
        status,
        component=component,
        writes=writes,
        headers=answer.headers,
        said="" if looks_like_html(text) else said,
        field=_find_field(said),
        body=text,
        clock=clock,
    )


def _find_field(said: str) -> str:
    """The field beside which words about one answer belong: `attribute[SIZE] is required` is about the answer SIZE."""
    match = _ATTRIBUTE.search(said)
    return f"answer:{match[1]}" if match else ""


def _find_status(code: object) -> int | None:
    """A status named in an error's code, where that is one."""
    status = read_whole(code)
    return status if status is not None and 400 <= status <= 599 else None
