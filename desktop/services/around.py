"""What partners know of a place, asked of every component at once: the questions, and what their answers say on screen.

Each component is asked by itself, with a deadline of its own, so that a slow one delays nobody. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from desktop.domain.errors import DesktopError, InvalidInput
from desktop.domain.ids import ComponentId
from desktop.domain.places import Point
from desktop.services.rows import Colour, ComponentStatus
from desktop.services.said import Said

if TYPE_CHECKING:
    from desktop.adapters.capabilities import Page
    from desktop.domain.directory import Provision
    from desktop.domain.insight import Fact, Insight

DEADLINE_S: Final = 6.0
"""How long each component may take."""
RADIUS_M: Final = 1_000.0
MOST_LINES: Final = 6
AroundState = Literal["asking", "found", "nothing", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One call of one component. `arguments` are builtins that JSON can hold; `attribution` holds where an answer has none."""

    component: ComponentId
    name: str
    colour: Colour
    method: str
    arguments: Mapping[str, object]
    attribution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AroundLine:
    """One thing known. `level` is "" or `info`, `warning`, `severe`."""

    title: str
    text: str = ""
    level: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AroundPart:
    """What one component says. `notices` and `attribution` must be shown with its lines, also when there are none."""

    component: ComponentId
    name: str
    colour: Colour
    state: AroundState
    lines: tuple[AroundLine, ...] = ()
    more: int = 0
    notices: tuple[str, ...] = ()
    attribution: str = ""
    error: str = ""


def build_questions(components: Sequence[ComponentStatus], point: Point) -> tuple[Question, ...]:
    """What is asked about a place: of every component that offers insight or a directory."""
    where = {"lat": point.lat, "lon": point.lon}
    found: list[Question] = []
    for component in components:
        ask: dict[str, Mapping[str, object]] = {}
        if "insight" in component.capabilities:
            ask["insight.around"] = where
        if "directory" in component.capabilities:
            ask["directory.services"] = {"near": where, "radius": RADIUS_M}
        found += [
            Question(
                component=component.id,
                name=component.name,
                colour=component.colour,
                method=method,
                arguments=arguments,
                attribution=component.attribution,
            )
            for method, arguments in ask.items()
        ]
    return tuple(found)


def build_asking(question: Question) -> AroundPart:
    """The part of a component that has not answered yet."""
    return _part(question, "asking")


def build_said(question: Question) -> Said:
    """How the component is asked what it really says of the place."""
    return Said(
        component=question.component,
        name=question.name,
        colour=question.colour,
        about="Around home",
        method=question.method,
        arguments=question.arguments,
    )


def read_answer(question: Question, result: object) -> AroundPart:
    """What an answer says, from its builtins. One that does not fit is a failure of its own part alone.

    Called off the window's thread: what it reads with takes 50 ms to load.
    """
    # Late: see above.
    from desktop.adapters.calling import decode_result
    from desktop.adapters.capabilities import Page
    from desktop.domain.directory import Provision
    from desktop.domain.insight import Insight

    try:
        if question.method == "insight.around":
            return _read_insight(question, decode_result(Insight, result))
        return _read_services(question, decode_result(Page[Provision], result))
    except DesktopError as error:
        return read_failure(question, error)


def read_failure(question: Question, error: DesktopError) -> AroundPart:
    """What is said of a component that did not answer. One that cannot be asked about places says so, and is not broken."""
    if isinstance(error, InvalidInput):
        return _part(question, "nothing", notices=(error.title,))
    return _part(question, "failed", error=error.title)


def _read_insight(question: Question, insight: Insight) -> AroundPart:
    ranked = sorted(insight.facts, key=_rank)
    return _part(
        question,
        "found" if ranked else "nothing",
        lines=tuple(_fact_line(fact) for fact in ranked[:MOST_LINES]),
        more=max(0, len(ranked) - MOST_LINES),
        notices=insight.notices,
        attribution=insight.attribution or question.attribution,
    )


def _rank(fact: Fact) -> tuple[int, float]:
    level = {"severe": 0, "warning": 1}.get(fact.level, 2)
    return level, fact.distance_m if fact.distance_m is not None else float("inf")


def _fact_line(fact: Fact) -> AroundLine:
    parts = [fact.text, f"{fact.distance_m:,.0f} m away" if fact.distance_m else ""]
    return AroundLine(title=fact.title, text=" · ".join(filter(None, parts)), level=fact.level, url=fact.url)


def _read_services(question: Question, page: Page[Provision]) -> AroundPart:
    lines = tuple(
        AroundLine(
            title=service.name,
            text=" · ".join(filter(None, [service.organisation.name, service.phone, *service.warnings])),
            level="warning" if service.warnings else "",
            url=service.url,
        )
        for service in page.items[:MOST_LINES]
    )
    return _part(
        question,
        "found" if lines else "nothing",
        lines=lines,
        more=max(0, len(page.items) - MOST_LINES),
        attribution=question.attribution if lines else "",
    )


def _part(
    question: Question,
    state: AroundState,
    *,
    lines: tuple[AroundLine, ...] = (),
    more: int = 0,
    notices: tuple[str, ...] = (),
    attribution: str = "",
    error: str = "",
) -> AroundPart:
    return AroundPart(
        component=question.component,
        name=question.name,
        colour=question.colour,
        state=state,
        lines=lines,
        more=more,
        notices=notices,
        attribution=attribution,
        error=error,
    )
