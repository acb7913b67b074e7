"""Open311 GeoReport v2, with the updates of the FixMyStreet dialect: one endpoint for each service area.

Reading needs no key, as the specification has it; writing needs `api_key`. `requests` finds by window what was made or
changed in it: many servers of this dialect do so, and a desk that pulls by window sees changes only because of it.
`status` is open or closed, as GeoReport allows; the status of the dialect is `extended_attributes.detailed_status` and
that of the updates. The answer to a POST of an update that was had before (same `update_id`) is the first one's.

Each endpoint has its service discovery beside it, and serves the town as a whole or, by `jurisdiction_id`, one side of
the river. A service of the type blackbox takes a report and never says anything of it again.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from math import hypot
from typing import Any, cast

from typing_extensions import override

from desktop.sandbox import open311_rules as rules
from desktop.sandbox.addresses import Address
from desktop.sandbox.casework import CaseRow, UpdateRow, ward_name
from desktop.sandbox.catalogue import Area, Service, areas, find_service
from desktop.sandbox.officers import TEAM_OF_AREA
from desktop.sandbox.open311_rows import definition_row, request_row, service_row, update_row
from desktop.sandbox.open311_rules import Refused
from desktop.sandbox.open311_xml import Row, clean, to_json, to_xml, to_xml_record
from desktop.sandbox.plan import WARDS
from desktop.sandbox.web import TownHandler

MOST = 1_000
"""Most requests in one answer (GeoReport v2)."""
JURISDICTIONS = {
    "north.citytown.example": frozenset(name for number, name, _ in WARDS if number in {1, 2, 3}),
    "south.citytown.example": frozenset(name for number, name, _ in WARDS if number not in {1, 2, 3}),
}
"""The wards on each side of the river."""


class Open311Handler(TownHandler):
    """What the resources of an area share: its form, its moments and its errors."""

    area: Area
    form: str

    @override
    async def prepare(self) -> None:
        self.area = next(area for area in areas() if area.id == self.site.area)
        self.form = self.request.path.rpartition(".")[2]
        await super().prepare()

    def check_jurisdiction(self) -> str:
        """The jurisdiction that is asked, "" for the whole town. One that is not known is refused."""
        asked = self.get_argument("jurisdiction_id", "")
        if asked and asked not in JURISDICTIONS:
            raise Refused(404, "jurisdiction_id provided was not found")
        return asked

    def is_here(self, ward: str) -> bool:
        """Whether a ward lies in the jurisdiction that is asked; what lies in none is everybody's."""
        asked = self.check_jurisdiction()
        return not asked or not ward or ward in JURISDICTIONS[asked]

    async def rows(self, root: str, item: str, rows: list[Row], status: int = 200) -> None:
        """Answers with rows in the form that was asked for."""
        if self.form == "json":
            await self.answer(status, to_json(rows), "application/json; charset=utf-8")
        else:
            await self.answer(status, to_xml(root, item, rows), "text/xml; charset=utf-8")

    async def record(self, root: str, row: Row) -> None:
        """Answers with one record in the form that was asked for."""
        if self.form == "json":
            await self.answer(200, to_json(row), "application/json; charset=utf-8")
        else:
            await self.answer(200, to_xml_record(root, row), "text/xml; charset=utf-8")

    def case_of(self, id: str) -> CaseRow:
        """A case that may be seen."""
        self.check_jurisdiction()
        case = self.site.state.find_case(self.area.id, id)
        if case is None or case.visible_at > self.site.now() or not self.is_here(case.ward):
            raise Refused(404, f"service_request_id {id[:60]} was not found")
        return case

    def check_key(self) -> None:
        """Refuses a write without the right key."""
        given = self.get_argument("api_key", "")
        if not secrets.compare_digest(given.encode(), self.site.key.encode()):
            raise Refused(403, "Missing or invalid api_key: the request was not taken")

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Errors of the server itself in the dialect's own form."""
        body, kind = self._errors(status_code, ("The request could not be read",))
        self.set_header("Content-Type", kind)
        self.finish(body)

    def _errors(self, status: int, texts: tuple[str, ...]) -> tuple[bytes, str]:
        rows: list[Row] = [{"code": status, "description": text} for text in texts]
        if getattr(self, "form", "xml") == "json":
            return to_json(rows), "application/json; charset=utf-8"
        return to_xml("errors", "error", rows), "text/xml; charset=utf-8"

    async def refuse(self, refused: Refused) -> None:
        """Answers with errors."""
        body, kind = self._errors(refused.status, refused.descriptions)
        await self.answer(refused.status, body, kind)


class DiscoveryHandler(Open311Handler):
    """`discovery`: where the endpoint is, in which formats, and whom to ask."""

    async def get(self) -> None:
        changed = "2026-01-12T09:00:00Z"
        endpoint: Row = {
            "specification": "http://wiki.open311.org/GeoReport_v2", "url": self.site.base, "changeset": changed,
            "type": "production", "formats": ["text/xml", "application/json"],
        }  # fmt: skip
        row: Row = {
            "changeset": changed, "contact": "Write to digital@citytown.example",
            "key_service": "Ask the digital team for a key", "endpoints": [endpoint],
        }  # fmt: skip
        await self.record("discovery", row)


class ServicesHandler(Open311Handler):
    """`services` and `services/CODE`."""

    async def get(self, code: str = "") -> None:
        try:
            self.check_jurisdiction()
        except Refused as refused:
            await self.refuse(refused)
            return
        if not code:
            await self.rows("services", "service", [service_row(self.area, service) for service in self.area.services])
            return
        service = find_service(self.area, code)
        if service is None:
            await self.refuse(Refused(404, f"service_code {code[:60]} was not found"))
            return
        await self.record("service_definition", definition_row(service))


class RequestsHandler(Open311Handler):
    """`requests`: search, and a new one."""

    async def get(self) -> None:
        try:
            found = self._search()
        except Refused as refused:
            await self.refuse(refused)
            return
        await self.rows("service_requests", "request", [request_row(self.area, case) for case in found])

    async def post(self) -> None:
        try:
            self.check_key()
            case = self._draft()
            if not self.is_here(case.ward):
                raise Refused(400, f"The location lies outside {self.check_jurisdiction()}")
        except Refused as refused:
            await self.refuse(refused)
            return
        service = find_service(self.area, case.service_code)
        if service is not None and service.mode == "blackbox":
            self.site.state.put(
                "open311_unanswered", secrets.token_hex(8), {"area": self.area.id, "text": case.description}
            )
            await self.rows("service_requests", "request", [{"service_notice": "Thank you. We pass it on."}])
            return
        self.site.state.save_case(case)
        notice = "We aim to finish this within the target for this service."
        made: Row = {"token": case.token} if case.token else {"service_request_id": case.id}
        await self.rows(
            "service_requests", "request", [{**made, "service_notice": notice, "account_id": case.account or None}]
        )

    def _search(self) -> list[CaseRow]:
        now, ask = self.site.now(), self.get_query_argument
        if ids := [id.strip() for id in ask("service_request_id", "").split(",") if id.strip()]:
            found = [case for id in ids if (case := self.site.state.find_case(self.area.id, id))]
            return [case for case in found if case.visible_at <= now and self.is_here(case.ward)]
        window = rules.request_window(ask("start_date", ""), ask("end_date", ""), now)
        found = [c for c in self.site.state.find_cases(self.area.id, window.start, window.end) if c.visible_at <= now]
        found = [case for case in found if self.is_here(case.ward)]
        if codes := {code.strip() for code in ask("service_code", "").split(",") if code.strip()}:
            found = [case for case in found if case.service_code in codes]
        if wanted := {s.strip().lower() for s in ",".join(self.get_query_arguments("status")).split(",") if s.strip()}:
            if not wanted <= {"open", "closed"}:
                raise Refused(400, "status is open, closed or both")
            found = [case for case in found if ("closed" if case.is_closed else "open") in wanted]
        size = self._whole("page_size", MOST)
        first = (self._whole("page", 1) - 1) * size
        return found[first : first + min(size, MOST)]

    def _whole(self, name: str, default: int) -> int:
        text = self.get_query_argument(name, "") or str(default)
        if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
            raise Refused(400, f"{name} is a number from 1")
        return min(int(text), MOST) if name == "page_size" else int(text)

    def _draft(self) -> CaseRow:
        form = {name: [clean(v) for v in self.get_body_arguments(name)] for name in self.request.body_arguments}
        one = {name: values[-1] for name, values in form.items() if values}
        code = one.get("service_code", "")
        if not code:
            raise Refused(400, "service_code was not provided")
        service = find_service(self.area, code)
        if service is None:
            raise Refused(404, f"service_code {code[:60]} was not found")
        rules.check_text(one.get("description", ""))
        attributes = rules.collect_attributes(form)
        answers = rules.check_answers(service, attributes)
        extra = {name: values[-1] for name, values in attributes.items() if values}
        return self._with_place(self._row(service, one, extra, answers), one, extra)

    def _row(
        self, service: Service, one: dict[str, str], extra: dict[str, str], answers: dict[str, list[str]]
    ) -> CaseRow:
        now = self.site.now()
        year = datetime.fromtimestamp(now, UTC).year
        batch = self.area.mode == "batch"
        text = one.get("description", "")
        return CaseRow(
            area=self.area.id, id=self.site.state.next_case_id(self.area.id, self.area.prefix, year),
            service_code=service.code, title=extra.get("title") or text[:60] or service.name, description=text,
            status="open", note="", requested=now, updated=now, expected=now + service.days * 86_400,
            address="", uprn="", postcode="", lat=0.0, lon=0.0, ward="",
            given=one.get("first_name", ""), family=one.get("last_name", ""), email=one.get("email", ""),
            phone=one.get("phone", ""), account=one.get("account_id", ""), team=TEAM_OF_AREA[self.area.id],
            own_ref=extra.get("fixmystreet_id", ""), media=one.get("media_url", ""), answers=answers,
            token=secrets.token_hex(8) if batch else "",
            visible_at=now + -(-self.site.tuning.token_delay_ms // 1000) if batch else 0,
        )  # fmt: skip

    def _with_place(self, row: CaseRow, one: dict[str, str], extra: dict[str, str]) -> CaseRow:
        """The row with its place, from `address_id` or `attribute[uprn]`, a point, or the words of `address_string`."""
        everywhere = cast("tuple[Address, ...]", self.application.settings["addresses"])
        uprn = one.get("address_id") or extra.get("uprn", "")
        known = next((a for a in everywhere if a.uprn == uprn), None) if uprn else None
        lat, lon = _degrees(one, "lat", 90), _degrees(one, "long", 180)
        if (lat is None) != (lon is None):
            raise Refused(400, "lat and long go together")
        if known is None and one.get("address_id"):
            raise Refused(400, "address_id was not found")
        if known is None and (lat is None or lon is None) and not one.get("address_string"):
            raise Refused(400, "A location is required: lat and long, address_string or address_id")
        if lat is None or lon is None:
            lat, lon = (known.lat, known.lon) if known else (0.0, 0.0)
        near = known
        if near is None and (lat or lon):
            near = min(everywhere, key=lambda a: hypot(a.lat - lat, (a.lon - lon) * 0.6))
        return replace(
            row, lat=lat, lon=lon, uprn=known.uprn if known else uprn,
            address=one.get("address_string") or (near.text if near else ""),
            postcode=near.postcode if near else "", ward=ward_name(near.ward) if near else "",
        )  # fmt: skip


class RequestHandler(Open311Handler):
    """`requests/ID`."""

    async def get(self, id: str) -> None:
        try:
            case = self.case_of(id)
        except Refused as refused:
            await self.refuse(refused)
            return
        await self.rows("service_requests", "request", [request_row(self.area, case)])


class TokenHandler(Open311Handler):
    """`tokens/TOKEN`: the id, once the batch has run; until then the token alone."""

    async def get(self, token: str) -> None:
        case = self.site.state.find_case_by_token(self.area.id, token)
        if case is None:
            await self.refuse(Refused(404, "token was not found"))
            return
        ready = case.visible_at <= self.site.now()
        await self.rows(
            "service_requests", "request", [{"service_request_id": case.id if ready else None, "token": token}]
        )


class UpdatesHandler(Open311Handler):
    """`servicerequestupdates`: what happened, and a new note or status. `service_request_id` narrows it to one case."""

    async def get(self) -> None:
        try:
            window = rules.update_window(
                self.get_query_argument("start_date", ""), self.get_query_argument("end_date", "")
            )
            self.check_jurisdiction()
        except Refused as refused:
            await self.refuse(refused)
            return
        case_id = self.get_query_argument("service_request_id", "")
        found = self.site.state.find_updates(self.area.id, window.start, window.end, case_id)
        if self.check_jurisdiction():
            wards = {case.id: case.ward for case in self.site.state.find_cases(self.area.id)}
            found = [update for update in found if self.is_here(wards.get(update.case_id, ""))]
        await self.rows(
            "service_requests_updates", "request_update", [update_row(self.area, update) for update in found]
        )

    async def post(self) -> None:
        try:
            self.check_key()
            update = self._take()
        except Refused as refused:
            await self.refuse(refused)
            return
        await self.rows("service_request_updates", "request_update", [{"update_id": update.id}])

    def _take(self) -> UpdateRow:
        one = {name: clean(self.get_body_argument(name)) for name in self.request.body_arguments}
        if not one.get("service_request_id"):
            raise Refused(400, "service_request_id was not provided")
        case = self.case_of(one["service_request_id"])
        if one.get("update_id") and (known := self.site.state.find_update(self.area.id, one["update_id"])):
            if known.case_id != case.id:
                raise Refused(400, "update_id was used for another service request")
            return known
        text = one.get("description", "")
        rules.check_text(text)
        if one.get("updated_datetime"):
            rules.parse_moment(one["updated_datetime"], "updated_datetime")
        status = rules.parse_status(one["status"]) if one.get("status") else case.status
        if not text and status == case.status:
            raise Refused(400, "description was not provided")
        now = self.site.now()
        update = UpdateRow(
            area=self.area.id, id=one.get("update_id") or secrets.token_hex(8), case_id=case.id, at=now, status=status,
            text=text, given=one.get("first_name", ""), family=one.get("last_name", ""), email=one.get("email", ""),
            media=one.get("media_url", ""),
        )  # fmt: skip
        self.site.state.save_case(replace(case, status=status, note=text or case.note, updated=now), update)
        return update


class UnknownHandler(Open311Handler):
    """Anything else below the endpoint."""

    @override
    async def prepare(self) -> None:
        await super().prepare()
        if not self._finished:
            await self.refuse(Refused(404, "There is no such resource; the form is xml or json"))


def _degrees(one: dict[str, str], name: str, most: int) -> float | None:
    text = one.get(name, "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise Refused(400, f"{name} is not a number") from error
    if not -most <= value <= most:
        raise Refused(400, f"{name} is not between -{most} and {most}")
    return value


def open311_routes(area: str) -> list[tuple[str, type[Open311Handler]]]:
    """Paths of an area's endpoint and who answers them."""
    root, form = rf"/open311/{area}", r"\.(?:xml|json)"
    return [
        (rf"{root}/discovery{form}", DiscoveryHandler),
        (rf"{root}/services{form}", ServicesHandler),
        (rf"{root}/services/([^/]+){form}", ServicesHandler),
        (rf"{root}/requests{form}", RequestsHandler),
        (rf"{root}/requests/([^/]+){form}", RequestHandler),
        (rf"{root}/tokens/([^/]+){form}", TokenHandler),
        (rf"{root}/servicerequestupdates{form}", UpdatesHandler),
        (rf"{root}/.*", UnknownHandler),
    ]
