"""What the parts of the adapter share: reading answers, pages of a list, and checks before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

from desktop.adapters.api import AdapterContext, Answer, Page, build_outcome_unknown
from desktop.domain.errors import BadResponse, InvalidInput, RemoteConflict
from desktop.domain.ids import OutsideId
from desktop.domain.payments import Payment

from .client import GovukPayClient
from .mapping import parse_found, parse_payment, parse_refusal
from .refusing import NO_SUCH_PAGE, build_error

T = TypeVar("T")
LONGEST = 255
_KEY = re.compile(r"[A-Za-z0-9-]{1,255}")
_STOPPED = re.compile(r'[<>"\\|]')
"""What the firewall of GOV.UK Pay lets through in no text."""


class Asking:
    """The client of one component, and how its answers are read."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._client = GovukPayClient(context)
        self._settings = context.settings
        self._clock = context.clock

    def get(self, id: OutsideId) -> Payment:
        """One payment as it is now. Raises NotFound."""
        return self._read(self._client.fetch_payment(id), self._parse_payment)

    def _parse_payment(self, text: str) -> Payment:
        return parse_payment(text, component=self._component)

    def _read(self, answer: Answer, parse: Callable[[str], T]) -> T:
        if answer.status >= 300:
            raise self._refuse(answer, writes=False)
        return parse(answer.text)

    def _read_write(self, answer: Answer, parse: Callable[[str], T]) -> T:
        """The answer to a write: one that cannot be read may still mean that it was carried out."""
        if answer.status >= 300:
            raise self._refuse(answer, writes=True)
        try:
            return parse(answer.text)
        except BadResponse as error:
            raise build_outcome_unknown(self._component) from error

    def _refuse(self, answer: Answer, *, writes: bool) -> Exception:
        refusal = parse_refusal(answer.text)
        return build_error(answer, refusal, component=self._component, writes=writes, clock=self._clock)

    def _fetch_page(
        self, what: str, params: Mapping[str, str], cursor: str, build: Callable[[object, str], T]
    ) -> Page[T]:
        """A page of a list; one beyond the end is empty, for records go away between two pages."""
        if cursor and not re.fullmatch(r"[1-9][0-9]{0,8}", cursor):
            raise InvalidInput("That is not a page of GOV.UK Pay.", key="govuk_pay.cursor", field="cursor")
        asked, size = int(cursor or "1"), self._settings["page_size"]
        given = {name: value for name, value in params.items() if value}
        answer = self._client.fetch_list(what, {"page": str(asked), "display_size": size, **given})
        if answer.status == 404 and parse_refusal(answer.text).code in NO_SUCH_PAGE:
            return Page(items=())
        found = self._read(
            answer,
            lambda text: parse_found(text, build=build, component=self._component, asked=asked, size=int(size)),
        )
        forward = found.following is not None and found.following > asked
        return Page(items=found.items, raws=found.raws, cursor=str(found.following) if forward else "")


def build_other_words(component: str) -> RemoteConflict:
    """The error for an operation that was sent before with other words, where GOV.UK Pay itself knows no key."""
    return RemoteConflict(
        f"{component} was asked for something else under this operation already.",
        "Look at what was made before another is.",
        key="govuk_pay.other_words",
        subject=component,
    )


def format_moment(moment: datetime | None) -> str:
    """A moment as searches take it, in UTC to the second; "" for none."""
    if moment is None:
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def build_times(
    since: datetime | None, until: datetime | None, settled_since: date | None, settled_until: date | None
) -> dict[str, str]:
    """The times of a search; "" for those that are not asked for."""
    return {
        "from_date": format_moment(since),
        "to_date": format_moment(until),
        "from_settled_date": settled_since.isoformat() if settled_since else "",
        "to_settled_date": settled_until.isoformat() if settled_until else "",
    }


def check_key(key: str) -> None:
    """Refuses a key that the API could not take."""
    if not _KEY.fullmatch(key):
        raise InvalidInput("The key may have letters, digits and - only.", key="govuk_pay.key", field="key")


def check_text(field: str, text: str) -> None:
    """Refuses beside its field a text that GOV.UK Pay would refuse."""
    if not text.strip():
        raise InvalidInput(f"Enter a {field}.", key="govuk_pay.text", field=field)
    if len(text) > LONGEST:
        raise InvalidInput(f"The {field} may have {LONGEST} characters at most.", key="govuk_pay.text", field=field)
    if _STOPPED.search(text):
        raise InvalidInput(
            f'The {field} may not have < > " \\ or |.',
            "GOV.UK Pay stops them on their way in. Write it without them.",
            key="govuk_pay.text",
            field=field,
        )


def check_choice(field: str, text: str, choices: tuple[str, ...]) -> None:
    """Refuses beside its field a word that is none of those that there are; "" is none and may be."""
    if text and text not in choices:
        raise InvalidInput(
            f"GOV.UK Pay knows no {field} of that name.",
            f"There are: {', '.join(choices)}.",
            key="govuk_pay.choice",
            field=field,
        )
