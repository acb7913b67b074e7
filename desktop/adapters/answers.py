"""An HTTP answer as a plugin gets it, and the text of a good one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from desktop.adapters.reading import read_body
from desktop.adapters.refusals import build_refusal
from desktop.domain.clocks import Clock
from desktop.domain.errors import BadResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole HTTP answer. `headers` are case-insensitive; `url` is where it came from, without secrets."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def text(self) -> str:
        """The body as text, by its Content-Type; never fails."""
        return read_body(self.body, self.headers.get("Content-Type", ""))


def read_good(answer: Answer, *, component: str, clock: Clock, parse_said: Callable[..., str] | None = None) -> str:
    """The text of an answer to a read with status 200; raises the typed error of any other (`build_refusal`).

    `parse_said(text, component=...)` gives the component's own words on what is wrong, and may raise BadResponse where the
    body is none of its own, such as a gateway's web page: then its status says enough.
    """
    text = answer.text
    if answer.status == 200:
        return text
    said = ""
    if parse_said is not None:
        try:
            said = parse_said(text, component=component)
        except BadResponse:
            said = ""
    raise build_refusal(
        answer.status,
        component=component,
        writes=False,
        headers=answer.headers,
        said=said,
        body=text,
        clock=clock,
    )
