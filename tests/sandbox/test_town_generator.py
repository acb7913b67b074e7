from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from desktop.domain.people import Person, identity
from desktop.domain.places import Place
from desktop.sandbox.catalogue import STATUSES, areas, find_service
from desktop.sandbox.geojson import format_geojson, town_geojson, write_geojson
from desktop.sandbox.grid import to_airy, to_wgs84
from desktop.sandbox.names import UNUSUAL
from desktop.sandbox.officers import load_officers
from desktop.sandbox.people import NAMED
from desktop.sandbox.plan import WARDS, in_polygon, ward_at, ward_ring
from desktop.sandbox.story import TOLD
from desktop.sandbox.streets import build_streets
from desktop.sandbox.town import Town, TownSize, build_town

ROOT = Path(__file__).parents[2]


def test_the_same_seed_gives_the_same_town_byte_for_byte() -> None:
    size = TownSize(residents=200, addresses=200, cases=150, payments=50)
    assert msgspec.json.encode(build_town(seed="a", size=size)) == msgspec.json.encode(build_town(seed="a", size=size))


def test_another_seed_gives_another_town() -> None:
    size = TownSize(residents=200, addresses=200, cases=150, payments=50)
    one, two = build_town(seed="a", size=size), build_town(seed="b", size=size)
    assert [p.family for p in one.people] != [p.family for p in two.people]
    assert one.people[0].given == two.people[0].given == "Cynthia"


def test_the_default_town_has_the_sizes_it_says(whole_town: Town) -> None:
    assert (len(whole_town.people), len(whole_town.cases), len(whole_town.payments)) == (1500, 600, 200)
    assert 900 <= len(whole_town.addresses) <= 920
    assert len(whole_town.officers) == 60


@pytest.mark.parametrize("count", [60, 400, 5_000])
def test_any_number_of_addresses_can_be_asked_for(count: int) -> None:
    town = build_town(size=TownSize(residents=50, addresses=count, cases=40, payments=20))
    assert len(town.addresses) >= count
    assert len({address.uprn for address in town.addresses}) == len(town.addresses)
    assert len({address.text for address in town.addresses}) == len(town.addresses)


def test_uprns_usrns_and_postcodes_belong_to_nobody_real(whole_town: Town) -> None:
    assert all(len(a.uprn) == 12 and a.uprn.startswith("9900") for a in whole_town.addresses)
    assert all(len(a.usrn) == 8 and a.usrn.startswith("990") for a in whole_town.addresses)
    assert all(a.postcode.startswith("CY") for a in whole_town.addresses if a.postal)
    assert len({s.name for s in whole_town.streets}) == len(whole_town.streets)


def test_each_postcode_lies_in_one_ward_and_holds_few_doors(whole_town: Town) -> None:
    wards = {(a.postcode, a.ward) for a in whole_town.addresses if a.postal}
    assert len(wards) == len({postcode for postcode, _ in wards})
    assert max(Counter(a.postcode for a in whole_town.addresses if a.postal and not a.sub).values()) <= 40


def test_cynthia_lives_at_14_tanner_street_with_her_son(whole_town: Town) -> None:
    cynthia, cyril = whole_town.people[:2]
    assert cynthia.home.text == "14 Tanner Street, Citytown, CY4 2LT"
    assert (cyril.given, cyril.family, cyril.home) == ("Cyril", "Okafor", cynthia.home)


@pytest.mark.parametrize(("given", "family"), NAMED)
def test_each_named_person_joins_up_across_areas_and_has_a_payment(given: str, family: str, whole_town: Town) -> None:
    person = next(p for p in whole_town.people if (p.given, p.family) == (given, family))
    known = identity(Person(given=given, family=family, email=person.email))
    cases = [c for c in whole_town.cases if (c.given, c.family) == (given, family)]
    assert len({case.area for case in cases}) >= 4
    assert {identity(Person(given=c.given, family=c.family, email=c.email, home=Place())) for c in cases} == {known}
    assert any(p.email == person.email for p in whole_town.payments)


def test_the_named_people_are_found_in_every_area(whole_town: Town) -> None:
    assert {c.area for c in whole_town.cases if (c.given, c.family) in NAMED} == {area.id for area in areas()}


def test_steve_only_wants_a_bobble_hat(whole_town: Town) -> None:
    assert any("Bobble hat" in case.title for case in whole_town.cases if case.given == "Steve")
    assert any("Bobble hat" in payment.description for payment in whole_town.payments)


def test_names_that_are_hard_on_software_live_here(whole_town: Town) -> None:
    names = {(p.given, p.family) for p in whole_town.people}
    assert set(UNUSUAL) <= names


def test_every_told_case_names_a_service_of_the_catalogue() -> None:
    by_id = {area.id: area for area in areas()}
    assert [told for told in TOLD if find_service(by_id[told.area], told.code) is None] == []


def test_each_datatype_is_asked_for_somewhere() -> None:
    kinds = {q.datatype.value for area in areas() for service in area.services for q in service.questions}
    assert kinds == {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}
    assert any(not q.variable for area in areas() for service in area.services for q in service.questions)


def test_cases_have_lived_before_now_and_no_update_is_earlier_than_its_case(whole_town: Town) -> None:
    now = int(whole_town.now.timestamp())
    made = {case.id: case for case in whole_town.cases}
    assert all(case.requested <= case.updated <= now for case in whole_town.cases)
    assert all(made[u.case_id].requested < u.at <= now for u in whole_town.updates)
    assert {case.status for case in whole_town.cases} <= set(STATUSES)
    assert now - min(case.requested for case in whole_town.cases) > 120 * 86_400


def test_the_last_update_of_a_case_says_its_status_and_time(whole_town: Town) -> None:
    last = {u.case_id: u for u in sorted(whole_town.updates, key=lambda u: u.at)}
    wrong = [c.id for c in whole_town.cases if c.id in last and c.updated != last[c.id].at]
    assert wrong == []


def test_dana_whitfield_is_the_first_officer_and_has_work(whole_town: Town) -> None:
    dana = whole_town.officers[0]
    assert (dana.staff_id, dana.name, dana.team) == ("D.WHITFIELD", "Dana Whitfield", "Housing and neighbourhoods")
    assert sum(c.assigned == dana.staff_id and not c.is_closed for c in whole_town.cases) >= 5
    assert len({officer.staff_id for officer in load_officers()}) == 60


def test_every_assignee_is_an_officer(whole_town: Town) -> None:
    staff = {str(officer.staff_id) for officer in whole_town.officers}
    assert {case.assigned for case in whole_town.cases} - {""} <= staff


def test_the_grid_agrees_with_the_worked_example_of_ordnance_survey() -> None:
    lat, lon = to_airy(651_409.903, 313_177.270)
    assert lat == pytest.approx(52 + 39 / 60 + 27.2531 / 3600, abs=1e-7)
    assert lon == pytest.approx(1 + 43 / 60 + 4.5177 / 3600, abs=1e-7)
    assert to_wgs84(651_409.903, 313_177.270) == pytest.approx((52.657978, 1.716052), abs=2e-6)


@pytest.mark.parametrize("number", [number for number, _, _ in WARDS])
def test_ward_borders_and_ward_at_agree(number: int, whole_town: Town) -> None:
    inside = [p.centre for p in whole_town.plots if in_polygon(*p.centre, ward_ring(number))]
    assert len(inside) > 50
    assert sum(ward_at(*point) != number for point in inside) <= 3


def test_the_base_map_in_resources_is_the_one_that_the_generator_gives(tmp_path: Path) -> None:
    made = tmp_path / "made.geojson"
    write_geojson(made)
    kept = ROOT / "resources" / "map" / "citytown.geojson"
    assert made.read_bytes() == kept.read_bytes()
    assert kept.stat().st_size < 1_500_000


def test_the_base_map_has_all_that_is_drawn(whole_town: Town) -> None:
    tree = town_geojson(whole_town)
    found = msgspec.json.decode(format_geojson(tree))["features"]
    kinds = Counter(feature["properties"]["kind"] for feature in found)
    assert kinds["road"] == len(build_streets())
    assert kinds["ward"] == 8
    assert kinds["building"] == len(whole_town.plots) > 1_000
    assert {"water", "park", "rail", "label"} <= set(kinds)


def test_a_town_can_live_at_another_time() -> None:
    later = datetime(2027, 2, 1, 12, tzinfo=UTC)
    town = build_town(now=later, size=TownSize(residents=60, addresses=60, cases=40, payments=20))
    assert all(case.updated <= later.timestamp() for case in town.cases)
    assert any(case.id.startswith("HOU-2027-") for case in town.cases)
