"""The people capability on the NHS Personal Demographics Service."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from desktop.adapters.api import (
    AdapterContext,
    Answer,
    Page,
    build_refusal,
    parse_issues,
    read_text,
    say_issues,
)
from desktop.domain.clocks import LONDON
from desktop.domain.components import Diagnosis
from desktop.domain.errors import DesktopError, InvalidInput, NotFound, SetupFailed
from desktop.domain.ids import OutsideId
from desktop.domain.nhs_numbers import read_nhs_number
from desktop.domain.people import Person, PersonQuery

from .client import NhsPdsClient
from .mapping import build_params, parse_found, parse_patient

TRIAL = "9000000009"
"""A number that is never given to anybody; the sandbox has an invented person for it."""
_HARMLESS = frozenset({"sandbox.api.service.nhs.uk", "127.0.0.1", "localhost", "::1"})
_GENDERS = frozenset({"", "male", "female", "other", "unknown"})
_LONGEST = 35


class NhsPdsAdapter:
    """People by NHS number, or by name and date of birth."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._settings = context.settings
        self._client = NhsPdsClient(context)
        self._clock = context.clock
        self._host = urlsplit(context.settings["base_url"]).hostname or ""

    def check(self) -> Diagnosis:
        """Asks for a number that belongs to nobody: that it is not found is an answer too."""
        try:
            self.get(OutsideId(TRIAL))
        except NotFound:
            found = "nobody, as it should be"
        else:
            found = "an invented person"
        live = self._settings["use"] == "live"
        warnings = [] if live else ["Only the sandbox with its invented people is asked."]
        if live and not self._settings["ods_code"]:
            warnings.append(
                "The ODS code of the council is missing: enter it, so that look-ups are audited as its own."
            )
        return Diagnosis(facts={"host": self._host, "number for trials": found}, warnings=tuple(warnings))

    def find(self, query: PersonQuery) -> Page[Person]:
        """People who fit, best first; with access for an application the one who fits for certain, or none.

        Raises:
            InvalidInput: too little is asked about, or too many fit.
        """
        self._refuse_unready()
        _refuse_odd(query)
        answer = self._client.search(build_params(query, most=int(self._settings["most"])))
        text = self._read(answer)
        if any(issue.code == "TOO_MANY_MATCHES" for issue in parse_issues(text)):
            raise InvalidInput(
                "Too many people fit.",
                "Add what you know besides: the first name, the whole date of birth, the postcode.",
                key="nhs_pds.too_many",
                field="postcode" if not query.postcode else "given",
                subject=self._component,
            )
        return Page(items=parse_found(text, today=self._today(), component=self._component))

    def get(self, id: OutsideId) -> Person:
        """One person by NHS number; where that was superseded, the one it became, who `replaces` it."""
        self._refuse_unready()
        number = read_nhs_number(id)
        if not number:
            raise InvalidInput(
                "That is not an NHS number.", "It has ten digits; check each of them.", key="nhs_pds.number", field="id"
            )
        answer = self._client.fetch(number)
        text, etag = self._read(answer), read_text(answer.headers.get("ETag", ""))
        person = parse_patient(text, etag=etag, today=self._today(), component=self._component)
        return person if person.outside_id == number else replace(person, replaces=OutsideId(number))

    # ==== asking ====

    def _refuse_unready(self) -> None:
        """Real people are asked for only where somebody has said that the council may, and with a key."""
        live = self._settings["use"] == "live"
        if not live and self._host not in _HARMLESS:
            raise SetupFailed(
                f"{self._component} is set up for the sandbox only.",
                "When NHS England has onboarded the council, set “Use” to live.",
                key="nhs_pds.sandbox",
                subject=self._component,
            )
        if live and not self._client.can_sign_in:
            raise SetupFailed(
                f"{self._component} has no key to sign in with.",
                "Enter the API key, the private key and the key's id, or an access token for a trial.",
                key="nhs_pds.key",
                subject=self._component,
            )

    def _today(self) -> date:
        return self._clock.now().astimezone(LONDON).date()

    def _read(self, answer: Answer) -> str:
        """The text of a good answer; raises the typed error of another, with nothing of its body."""
        text = answer.text
        if answer.status == 200:
            return text
        issues = parse_issues(text)
        field = next((issue.field for issue in issues if issue.field), "")
        raise self._explain(answer, say_issues(issues), field, {issue.code for issue in issues})

    def _explain(self, answer: Answer, said: str, field: str, codes: set[str]) -> DesktopError:
        if "INVALIDATED_RESOURCE" in codes:
            return NotFound(
                f"{self._component} no longer holds this record: it was marked as invalid.",
                "Do not use what you have of it.",
                key="nhs_pds.invalidated",
                subject=self._component,
            )
        return build_refusal(
            answer.status,
            component=self._component,
            writes=False,
            headers=answer.headers,
            said=said,
            field=field,
            clock=self._clock,
        )


def _refuse_odd(query: PersonQuery) -> None:
    """Refuses beside the field what PDS would refuse."""
    needed = [("family", query.family, "family name"), ("born", query.born, "date of birth")]
    needed += [("given", query.given, "first name for a search by sound")] if query.fuzzy else []
    for field, value, words in needed:
        if not value or not str(value).strip():
            raise InvalidInput(f"Enter the {words}.", key=f"nhs_pds.{field}", field=field)
    for field, value in (("family", query.family), ("given", query.given)):
        if len(value) > _LONGEST:
            raise InvalidInput(f"A name may have {_LONGEST} letters at most.", key=f"nhs_pds.{field}", field=field)
    for field, value in (("family", query.family), ("given", query.given), ("postcode", query.postcode)):
        if "*" in value.strip() and (query.fuzzy or not re.match(r"[^*]{2}", value.strip())):
            raise InvalidInput(
                "An asterisk stands after two letters at least, and not in a search by sound.",
                key=f"nhs_pds.{field}",
                field=field,
            )
    if query.gender.strip().lower() not in _GENDERS:
        raise InvalidInput("Gender is male, female, other or unknown.", key="nhs_pds.gender", field="gender")
    if query.born and query.born_to and query.born_to < query.born:
        raise InvalidInput("The last date of birth lies before the first.", key="nhs_pds.born", field="born_to")
