"""Addresses of the town: a UPRN for every front door, and for some places that have none."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from desktop.sandbox import plan
from desktop.sandbox.dice import dice
from desktop.sandbox.grid import ORIGIN_EAST, ORIGIN_NORTH, plan_to_wgs84
from desktop.sandbox.streets import Plot, Street

POST_TOWN = "CITYTOWN"
CUSTODIAN = 9900
"""Local custodian code of Citytown Council; real codes end at 7655 and 9000 is Ordnance Survey's own."""

_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_SHOPS = ("Café Cade", "Millbrook Stores", "The Tannery Arms", "Shah's Chemist", "Knot & Purl Wools", "Loom Street Bakery", "O'Hara's Cycles", "Citytown Launderette")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One place of the gazetteer. `sub`, `building` and `organisation` are "" for a plain house.

    `east` and `north` are National Grid metres, `form` an AddressBase classification; `postal` is False where Royal
    Mail does not deliver (a park, garages).
    """

    uprn: str
    usrn: str
    street: str
    ward: int
    postcode: str
    number: int
    form: str
    east: float
    north: float
    lat: float
    lon: float
    sub: str = ""
    building: str = ""
    organisation: str = ""
    postal: bool = True

    @property
    def parts(self) -> tuple[str, ...]:
        """Lines of the address, most particular first."""
        door = f"{self.number} {self.street}" if self.number else self.street
        lines = (self.organisation, self.sub, self.building, door, "Citytown", self.postcode)
        return tuple(line for line in lines if line)

    @property
    def text(self) -> str:
        """The address on one line, as people write it."""
        return ", ".join(self.parts)


def build_addresses(seed: str, plots: tuple[Plot, ...], streets: tuple[Street, ...], count: int) -> tuple[Address, ...]:
    """So many addresses, spread over the streets in proportion to their buildings, plus some places without a door."""
    chance = dice(seed, "addresses")
    chosen = _choose(plots, max(int(count * 0.93) - len(_SHOPS), 40))
    postcodes = _postcodes(chosen)
    found: list[Address] = []

    def add(plot: Plot, form: str, **more: str) -> None:
        code = postcodes[plot.street.usrn, plot.number % 2, plot.number // 30, plot.ward]
        found.append(_address(len(found), plot.street, plot.ward, plot.centre, code, plot.number, form, **more))

    shops = iter(_SHOPS)
    for i, plot in enumerate(chosen):
        add(plot, plot.form)
        if plot.street.kind == "main" and i % 23 == 11 and (shop := next(shops, "")):
            add(plot, "CR08" if "Arms" not in shop else "CR06", organisation=shop)
    blocks = [plot for plot in chosen if plot.street.kind == "main" and plot.number > 3]
    chance.shuffle(blocks)
    flats = max(12, -(-(count - len(found)) // len(blocks)))
    while len(found) < count:
        plot = blocks.pop()
        first = not any(address.building for address in found)
        name = "Weir House" if first else f"{plot.street.name.split()[0]} House {plot.number}"
        for flat in range(1, min(flats, count - len(found)) + 1):
            add(plot, "RD06", sub=f"Flat {flat}", building=name)
    return (*found, *_doorless(len(found), streets))


def _choose(plots: tuple[Plot, ...], count: int) -> list[Plot]:
    """The first plots of each side of each street, in proportion, so that numbers run on without gaps."""
    share = min(1.0, count / len(plots))
    sides: dict[tuple[str, int], list[Plot]] = defaultdict(list)
    for plot in plots:
        sides[plot.street.name, plot.number % 2].append(plot)
    chosen: list[Plot] = []
    for (name, _), side in sides.items():
        least = 9 if name in {"Tanner Street", "Quay Lane", "Weir Road", "Alder Road", "Mercer Row"} else 1
        chosen += side[: max(least, round(len(side) * share))]
    return chosen


def _postcodes(plots: list[Plot]) -> dict[tuple[str, int, int, int], str]:
    """A postcode for each run of up to fifteen doors; CY is no postcode area of Royal Mail's."""
    codes: dict[tuple[str, int, int, int], str] = {}
    next_of: dict[int, int] = defaultdict(int)
    for plot in plots:
        key = (plot.street.usrn, plot.number % 2, plot.number // 30, plot.ward)
        if key not in codes:
            i = next_of[plot.ward]
            next_of[plot.ward] += 1
            sector, rest = 1 + i % 4, i // 4
            codes[key] = f"CY{plot.ward} {sector}{_INWARD[rest // 20 % 20]}{_INWARD[(rest * 7 + 3) % 20]}"
            if plot.street.name == "Tanner Street" and plot.number == 2 and plot.ward == 4:
                codes[key] = "CY4 2LT"
    return codes


def _address(
    index: int, street: Street, ward: int, centre: plan.XY, postcode: str, number: int, form: str, **more: str
) -> Address:
    lat, lon = plan_to_wgs84(*centre)
    return Address(
        uprn=f"9900{48_127 + index * 37:08d}",
        usrn=street.usrn,
        street=street.name,
        ward=ward,
        postcode=postcode,
        number=number,
        form=form,
        east=round(ORIGIN_EAST + centre[0], 2),
        north=round(ORIGIN_NORTH + centre[1], 2),
        lat=lat,
        lon=lon,
        sub=more.get("sub", ""),
        building=more.get("building", ""),
        organisation=more.get("organisation", ""),
    )


def _doorless(start: int, streets: tuple[Street, ...]) -> list[Address]:
    """Parks, garages and a depot: in the council's gazetteer, not in Royal Mail's file."""
    by_name = {street.name: street for street in streets}
    rows = [(name, "LP01", _middle(ring), "Abbey Road") for name, ring in plan.PARKS]
    rows += [("Quay Lane Garages", "RG02", (plan.quay_lane(-40) + 26, -40.0), "Quay Lane")]
    rows += [("Council Depot", "CI03", (420.0, -300.0), "Station Road")]
    found = []
    for i, (name, form, centre, street) in enumerate(rows):
        lat, lon = plan_to_wgs84(*centre)
        found.append(
            Address(
                uprn=f"9900{48_127 + (start + i) * 37:08d}",
                usrn=by_name[street].usrn,
                street=street,
                ward=plan.ward_at(*centre),
                postcode="",
                number=0,
                form=form,
                east=round(ORIGIN_EAST + centre[0], 2),
                north=round(ORIGIN_NORTH + centre[1], 2),
                lat=lat,
                lon=lon,
                organisation=name,
                postal=False,
            )
        )
    return found


def _middle(ring: tuple[plan.XY, ...]) -> plan.XY:
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
