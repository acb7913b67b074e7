"""The trainer's own endpoint: faults, changes by a colleague, and the real state for a test to look at.

It listens on loopback only and has its own key, which no component knows.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from typing_extensions import override

from desktop.sandbox.faults import BadFault, Fault
from desktop.sandbox.open311_rules import Refused, parse_status
from desktop.sandbox.web import Site, TownHandler, Tuning, change_case

Switch = Callable[[str, bool], Awaitable[bool]]
"""Takes a component down or brings it up; gives False when there is none of that name."""


class CaseChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a colleague changes on a case; "" leaves a thing as it is, `assigned_to` None too."""

    status: str = ""
    title: str = ""
    text: str = "Changed by a colleague"
    by: str = "Priya Nair"
    assigned_to: str | None = None


class Power(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Whether a component answers at all."""

    up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """What the trainer's endpoint works on."""

    key: str
    sites: dict[str, Site]
    switch: Switch


class AdminHandler(TownHandler):
    """What the resources share: the key, and bodies that are checked."""

    town: Town

    @override
    def initialize(self, site: Site, town: Town | None = None) -> None:
        super().initialize(site)
        if town is not None:
            self.town = town

    @override
    async def prepare(self) -> None:
        given = self.request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(given.encode(), self.town.key.encode()):
            await self.answer_json(401, {"error": "The trainer's key is missing or wrong"})

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish({"error": f"The request failed with {status_code}"})

    async def give(self, tree: object, status: int = 200) -> None:
        """Answers with records as JSON."""
        await self.answer(status, msgspec.json.encode(tree), "application/json")

    async def lack(self, what: str) -> None:
        """Answers that there is no such thing."""
        await self.answer_json(404, {"error": f"There is no such {what}"})


class FaultsHandler(AdminHandler):
    """`/_admin/faults`: POST sets one, GET lists them, DELETE mends `?component=` or all."""

    async def get(self) -> None:
        await self.give(
            [
                {"id": number, "left": left, **dataclasses.asdict(dataclasses.replace(fault, id=number))}
                for number, fault, left in self.site.faults.active()
            ]
        )

    async def post(self) -> None:
        try:
            fault = msgspec.json.decode(self.request.body, type=Fault)
            if fault.component not in self.town.sites:
                await self.lack("component")
                return
            number = self.site.faults.add(fault)
        except (msgspec.DecodeError, BadFault) as error:
            await self.answer_json(400, {"error": str(error)})
            return
        await self.give({"id": number}, 201)

    async def delete(self) -> None:
        await self.give({"cleared": self.site.faults.clear(self.get_query_argument("component", ""))})


class CaseHandler(AdminHandler):
    """`/_admin/cases/AREA/ID`: POST makes a colleague's change."""

    async def post(self, area: str, id: str) -> None:
        site = self.town.sites.get(area)
        case = site.state.find_case(area, id) if site else None
        if site is None or case is None:
            await self.lack("case")
            return
        try:
            change = msgspec.json.decode(self.request.body, type=CaseChange)
            status = parse_status(change.status) if change.status else ""
        except (msgspec.DecodeError, Refused) as error:
            await self.answer_json(400, {"error": str(error)})
            return
        changed, update = change_case(
            site, case, status=status, text=change.text, by=change.by, title=change.title, assigned=change.assigned_to
        )
        await self.give({"case": changed, "update": update})


class StateHandler(AdminHandler):
    """`/_admin/state/...`: what is really so: counts, cases/AREA[/ID], updates/AREA/ID, payments[/ID]."""

    async def get(self, path: str) -> None:
        state = self.site.state
        match path.split("/"):
            case ["counts"]:
                areas = {id: len(state.find_cases(id)) for id, site in self.town.sites.items() if site.area == id}
                await self.give({"cases": areas, "payments": len(state.find_payments())})
            case ["cases", area]:
                await self.give(state.find_cases(area))
            case ["cases", area, id] if found := state.find_case(area, id):
                await self.give(found)
            case ["updates", area, id]:
                await self.give(state.find_updates(area, case_id=id))
            case ["payments"]:
                await self.give(state.find_payments())
            case ["payments", id] if payment := state.find_payment(id):
                await self.give(payment)
            case _:
                await self.lack("record")


class TuningHandler(AdminHandler):
    """`/_admin/settings`: GET shows, POST changes what `Tuning` has."""

    async def get(self) -> None:
        await self.give(dataclasses.asdict(self.site.tuning))

    async def post(self) -> None:
        try:
            wanted = msgspec.json.decode(self.request.body, type=dict[str, int])
        except msgspec.DecodeError as error:
            await self.answer_json(400, {"error": str(error)})
            return
        names = {field.name for field in dataclasses.fields(Tuning)}
        if not set(wanted) <= names or any(value < 0 for value in wanted.values()):
            await self.answer_json(400, {"error": f"Each of {', '.join(sorted(names))} is a whole number, 0 or more"})
            return
        for name, value in wanted.items():
            setattr(self.site.tuning, name, value)
        await self.get()


class PowerHandler(AdminHandler):
    """`/_admin/components/ID`: POST {"up": false} closes its port, so that it is refused; true opens it again."""

    async def post(self, id: str) -> None:
        try:
            power = msgspec.json.decode(self.request.body, type=Power)
        except msgspec.DecodeError as error:
            await self.answer_json(400, {"error": str(error)})
            return
        if not await self.town.switch(id, power.up):
            await self.lack("component")
            return
        await self.give({"up": power.up})


def admin_routes(site: Site, town: Town) -> list[tuple[str, type[AdminHandler], dict[str, object]]]:
    """Paths of the trainer's endpoint and who answers them."""
    given: dict[str, object] = {"site": site, "town": town}
    return [
        (r"/_admin/faults", FaultsHandler, given),
        (r"/_admin/cases/([^/]+)/([^/]+)", CaseHandler, given),
        (r"/_admin/state/(.+)", StateHandler, given),
        (r"/_admin/settings", TuningHandler, given),
        (r"/_admin/components/([^/]+)", PowerHandler, given),
    ]
