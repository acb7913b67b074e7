"""Every component is asked at once, and one that drips for ever delays nobody."""

from __future__ import annotations

import json
import queue
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from desktop.config.paths import open_profile
from desktop.config.profile import ProfileSettings
from desktop.credentials.secrets import secret_name
from desktop.domain.components import Component
from desktop.domain.errors import DesktopError, NotReady
from desktop.domain.ids import ComponentId
from desktop.host.session import Session
from tests.helpers.faulty_server import Reply, Request, run_faulty_server
from tests.helpers.profiles import HeldSecrets

GOOD = 11
PLACE = {"UPRN": "10001", "ADDRESS": "1 HIGH STREET", "POSTCODE": "CT1 1AA", "LNG": -1.25, "LAT": 51.5}
BODY = json.dumps({"header": {"offset": 0, "totalresults": 1, "maxresults": 100}, "results": [{"DPA": PLACE}]}).encode()


def answer(drip_s: float, _request: Request) -> Reply:
    return Reply(body=BODY, drip_s=drip_s)


def hear(heard: queue.Queue[tuple[str, object]], component: str, said: object) -> None:
    heard.put((component, said))


def test_eleven_good_components_answer_while_one_drips_for_ever(tmp_path: Path) -> None:
    with ExitStack() as stack:
        secrets, components = HeldSecrets(), []
        for number in range(GOOD + 1):
            server = stack.enter_context(run_faulty_server())
            drips = 0.2 if number == 5 else 0.0
            server.answer = partial(answer, drips)
            id = ComponentId(f"c{number}")
            components.append(
                Component(id=id, plugin="os_places", name=f"Places {number}", settings={"base_url": server.url})
            )
            secrets.keep(secret_name(id, "api_key"), b"k")
        settings = ProfileSettings(components=tuple(components), training=True)
        session = Session(open_profile(tmp_path), secrets, settings=settings, pulls=False)
        stack.enter_context(session)
        assert session.host.wait_ready(60)
        heard: queue.Queue[tuple[str, object]] = queue.Queue()
        for component in components:
            id = component.id
            session.client.call(
                id,
                "addresses.uprn",
                {"uprn": "10001"},
                done=partial(hear, heard, id),
                failed=partial(hear, heard, id),
                deadline=8.0,
            )
        answers = [heard.get(timeout=60) for _ in components]
    order = [id for id, _ in answers]
    assert order[-1] == "c5"
    assert sorted(order) == sorted(component.id for component in components)
    assert not [id for id, answer in answers[:-1] if isinstance(answer, DesktopError)]
    assert isinstance(answers[-1][1], NotReady)
