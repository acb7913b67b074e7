"""The team capability: roles of staff who handle a case."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from desktop.adapters.api import Page, read_text
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import OutsideId, StaffId
from desktop.domain.team import Assignment, Presence

from .asking import Asking, split_cursor
from .making import build_handler, build_note
from .mapping import HANDLER, STAFF, Record, build_assignment, iterate_handlers, read_id
from .zaken import Zaken

_HANDLERS = {"omschrijvingGeneriek": HANDLER, "betrokkeneType": STAFF}


class ZgwTeam:
    """Who handles which case, on one server."""

    def __init__(self, asking: Asking, zaken: Zaken) -> None:
        self._asking = asking
        self._zaken = zaken

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[Assignment]:
        """Roles of staff who handle cases, newest first as Open Zaak gives them; one that was taken away is not there."""
        window, query = split_cursor(cursor, windows=("roles",))
        params = dict(parse_qsl(query)) or _HANDLERS
        listed = self._asking.read_list(self._asking.client.read(self._path(), params), asked=query)
        roles = [role for role, _ in iterate_handlers(listed.records)]
        found = self._asking.keep("role", roles, _build)
        items = tuple(item for item in found if since is None or item.at is None or item.at >= since)
        following = "" if found and not items else listed.following
        kept = [(name, value) for name, value in parse_qsl(following) if name != "expand"]
        return Page(items=items, cursor=f"{window}?{urlencode(kept)}" if following else "")

    def assign(self, case: OutsideId, officer: StaffId, key: str) -> Assignment:
        """Gives a case to an officer: the new role first, then the old ones go, so that it is never nobody's.

        Raises:
            InvalidInput: this type of case has no role for those who handle it.
        """
        if not officer.strip():
            raise InvalidInput("Choose who is to have the case.", key="zgw.officer", field="officer")
        zaak, _ = self._zaken.fetch_plain(case)
        url = read_text(zaak.get("url"))
        present = self._find_present(url)
        role = next((role for role, who in present if who == officer), None)
        if role is None:
            body = build_handler(url, self._find_roltype(zaak), officer)
            role = self._asking.write("POST", self._path(), body, note=build_note(key))
        self._remove([other for other, who in present if who != officer], key)
        return build_assignment({"zaak": url, **role}, officer)

    def release(self, case: OutsideId, key: str) -> Assignment:
        """Takes a case from whoever of the staff has it."""
        zaak, _ = self._zaken.fetch_plain(case)
        present = self._find_present(read_text(zaak.get("url")))
        self._remove([role for role, _ in present], key)
        return Assignment(
            outside_id=read_id(present[0][0].get("url")) if present else OutsideId(""),
            case_id=case,
            officer=StaffId(""),
            at=self._asking.clock.now(),
        )

    def presence(self, record: OutsideId) -> tuple[Presence, ...]:  # noqa: ARG002 -- of no record
        """Nobody: the API does not know who has a case open."""
        return ()

    def _find_present(self, zaak: str) -> list[tuple[Record, str]]:
        return list(iterate_handlers(self._zaken.iterate_roles(zaak, _HANDLERS)))

    def _remove(self, roles: list[Record], key: str) -> None:
        for role in roles:
            path = f"{self._path()}/{read_id(role.get('url'))}"
            self._asking.remove(path, note=build_note(f"{key} before"))

    def _find_roltype(self, zaak: Record) -> str:
        types = self._asking.find_types("roltypen", read_text(zaak.get("zaaktype")))
        found = next((r for r in types if read_text(r.get("omschrijvingGeneriek")) == HANDLER), None)
        if found is None:
            raise InvalidInput(
                "Nobody can be given this type of case.",
                "Its catalogue has no role “behandelaar”: ask whoever keeps the catalogue.",
                key="zgw.no_role",
                field="officer",
                subject=self._asking.component,
            )
        return read_text(found.get("url"))

    def _path(self) -> str:
        return self._asking.client.find_path("zaken", "rollen")


def _build(role: Record) -> Assignment | None:
    """The assignment of a role of staff; None where it does not say which it is, or of which case."""
    made = next((build_assignment(found, officer) for found, officer in iterate_handlers([role])), None)
    return made if made is not None and made.outside_id and made.case_id else None
