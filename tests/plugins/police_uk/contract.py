"""What each file of the published examples is, and what police_uk must make of it."""

from __future__ import annotations

from desktop.adapters.api import InsightSource
from tests.helpers.contract_catalogue import OTHER, TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply, Request

_FORCE = "About a whole force, which is not asked for."
CRIMES, CRIME, TEAM = (
    f"examples/{name}.json"
    for name in ("go-crime-0-rawCrime", "fenneh-conftest-crime_data", "fenneh-conftest-neighbourhood_data")
)
PEOPLE, PRIORITIES, EVENTS, EVENT, WHERE = (
    f"examples/{name}.json"
    for name in (
        "rkh-neighbourhood_officers.people", "rkh-neighbourhood_priorities.priorities", "rkh-neighbourhood_events.events",
        "go-neighbourhood-4-w", "go-neighbourhood-6-w",
    )
)  # fmt: skip
ENTRIES = (
    Entry("*.md", TEXT, maps=False, why="Where the files come from."),
    Entry(CRIMES, "crimes", maps=True),
    Entry(CRIME, "crimes", maps=True),
    Entry(TEAM, "team", maps=True),
    Entry("examples/rkh-neighbourhood_population*", "team", maps=True),
    Entry(PEOPLE, "people", maps=True),
    Entry(PRIORITIES, "priorities", maps=True),
    Entry(EVENTS, "events", maps=True),
    Entry(EVENT, "events", maps=True),
    Entry(WHERE, "locate", maps=True),
    Entry("examples/*boundary*", "boundary", maps=True),
    Entry("examples/go-neighbourhood-2-w.json", "boundary", maps=True),
    Entry("examples/go-crime-2-.json", OTHER, maps=False, why="The outcomes of one crime, which are not asked for."),
    Entry("examples/go-neighbourhood-0-w.json", OTHER, maps=False, why="Every neighbourhood of a force, which is not asked for."),
    Entry("examples/*postcode_data*", OTHER, maps=False, why="An answer of another service, postcodes.io."),
    Entry("examples/*force*", OTHER, maps=False, why=_FORCE),
)  # fmt: skip
NOTHING = Reply(body=b"[]")


def run(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
    assert isinstance(adapter, InsightSource)
    answers = {
        "locate": Reply(body=b'{"force": "metropolitan", "neighbourhood": "00BK"}'),
        "team": Reply(body=b'{"id": "00BK", "name": "Burpham"}'),
        "boundary": Reply(body=b'[{"latitude": "1", "longitude": "1"}]'),
        kind: reply,
    }

    def answer(request: Request) -> Reply:
        last = request.path.rpartition("/")[2]
        names = {"locate-neighbourhood": "locate", "all-crime": "crimes"}
        known = last in ("people", "priorities", "events", "boundary")
        return answers.get(last if known else names.get(last, "team"), NOTHING)

    server.answer = answer
    if kind == OTHER:
        server.answer = lambda _request: reply
    return adapter.around(51.5, -0.12)


VALUES: list[tuple[str, str, object]] = [
    (CRIMES, "facts.1.kind", "anti-social-behaviour"),
    (CRIMES, "facts.1.title", "Anti-social behaviour"),
    (CRIMES, "facts.1.outside_id", "54164419"),
    (CRIMES, "facts.1.point.lat", 52.640961),
    (CRIMES, "facts.1.text", "On or near Wharf Street North, 2017-01"),
    (CRIMES, "notices.0", "1 crime in the last month on record: anti-social behaviour 1."),
    (CRIME, "facts.1.title", "Possession of weapons"),
    (CRIME, "facts.1.text", "On or near High Street, 2024-10, Under investigation"),
    (CRIME, "facts.1.point.lon", -0.127),
    (CRIME, "facts.1.at", "2024-09-30T23:00:00Z"),
    (TEAM, "facts.0.title", "Neighbourhood team: Burpham"),
    (TEAM, "facts.0.url", "http://www.surrey.police.uk/"),
    (TEAM, "facts.0.details.e-mail", "team@surrey.pnn.police.uk"),
    (TEAM, "facts.0.details.telephone", "101"),
    (TEAM, "facts.0.details.population", "12340"),
    (PEOPLE, "facts.0.details.officers", "PC Test Officer"),
    (PRIORITIES, "facts.0.details.priorities", "Test issue"),
    (EVENTS, "facts.0.details.meetings", "Test Event, 123 Fake Street, Test Town, 01/01/2010"),
    (EVENT, "facts.0.details.meetings", "Drop In Beat Surgery, Nagarjuna Buddhist Centre, 17 Guildhall Lane, 17/09/2016"),
    (WHERE, "facts.0.outside_id", "metropolitan/00BK"),
    (WHERE, "facts.0.details.force", "metropolitan"),
]  # fmt: skip

CONTRACTS = (
    Contract(
        api="police-uk",
        plugin="police_uk",
        entries=ENTRIES,
        run=run,
        settings={"area": "neighbourhood"},
        values=tuple(VALUES),
    ),
)
