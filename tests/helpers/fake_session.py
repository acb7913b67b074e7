"""A session over a `FakeTown`: a component host that answers from memory, on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from desktop.domain.changes import Changes
from desktop.domain.errors import DesktopError, NotReady
from desktop.domain.ids import ComponentId, Kind, LocalKey, StaffId
from desktop.domain.payments import PaymentState
from desktop.domain.people import Officer
from desktop.tasks.ports import Done, Failed
from tests.helpers.fake_desk import FakeDesk
from tests.helpers.fake_estate import FakeEstate
from tests.helpers.fake_town import OFFICER, FakeTown, a_place, components


class FakeClient:
    """Answers calls at once, on another thread; `answers` and `broken` are set by the test."""

    def __init__(self, town: FakeTown) -> None:
        self._town = town
        self.answers: dict[str, object] = {}
        self.broken: dict[str, DesktopError] = {}
        self.calls: list[tuple[str, str, Mapping[str, object]]] = []
        self.payment_states: list[PaymentState] = [PaymentState.SUCCESS]
        self._changes: list[Callable[[Changes], None]] = []
        self._states: list[Callable[[str, str], None]] = []
        self._progress: list[Callable[[ComponentId, int, bool], None]] = []

    def _run(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join()

    def call(
        self,
        component: ComponentId,
        method: str,
        arguments: Mapping[str, object],
        *,
        done: Done,
        failed: Failed,
        deadline: float = 5.0,
    ) -> object:
        self.calls.append((component, method, arguments))
        error = self.broken.get(method)
        if error is not None:
            self._run(lambda: failed(error))
        elif method in self.answers:
            self._run(lambda: done(self.answers[method]))
        else:
            place = a_place(7, 1, 0, n=77)
            assert place.point is not None
            item = {
                "uprn": place.uprn,
                "address": place.address,
                "postcode": place.postcode,
                "ward": place.ward,
                "point": {"lat": place.point.lat, "lon": place.point.lon},
            }
            self._run(lambda: done({"items": [item], "cursor": ""}))
        return len(self.calls)

    def hear(
        self, component: ComponentId, method: str, arguments: Mapping[str, object], *, done: Done, failed: Failed
    ) -> object:
        self.calls.append((component, f"hear {method}", arguments))
        error = self.broken.get(f"hear {method}")
        answer = self.answers.get(f"hear {method}")
        if error is not None:
            self._run(lambda: failed(error))
        elif answer is not None:
            self._run(lambda: done(answer))
        return len(self.calls)

    def cancel(self, call: object) -> None:
        self.calls.append(("", "cancel", {"call": call}))

    def refresh(
        self, kind: Kind, record: LocalKey | str, component: ComponentId, *, done: Done, failed: Failed
    ) -> object:
        self.calls.append((component, f"refresh {kind}", {"record": record}))
        error = self.broken.get(f"refresh {kind}")
        if error is not None:
            self._run(lambda: failed(error))
            return None
        if kind == "payment" and isinstance(record, int):
            key = LocalKey(record)
            state = self.payment_states.pop(0) if len(self.payment_states) > 1 else self.payment_states[0]
            with self._town.lock:
                row = self._town.payments[key]
                self._town.payments[key] = replace(
                    row, state=state, card="4242" if state is PaymentState.SUCCESS else "", pending=False
                )
            self.say(Changes.of("payment", key))
        self._run(lambda: done(None))
        return None

    def pull(self, component: ComponentId | None = None) -> object:
        self.calls.append((component or "", "pull", {}))
        return None

    def on_changes(self, callback: Callable[[Changes], None]) -> object:
        self._changes.append(callback)
        return None

    def on_state(self, callback: Callable[[str, str], None]) -> object:
        self._states.append(callback)
        return None

    def on_progress(self, callback: Callable[[ComponentId, int, bool], None]) -> object:
        self._progress.append(callback)
        return None

    def say(self, changes: Changes) -> None:
        """The host says that the base changed."""
        for callback in self._changes:
            self._run(partial(callback, changes))

    def turn(self, state: str, sentence: str) -> None:
        """The host starts, stops or is started again."""
        for callback in self._states:
            self._run(partial(callback, state, sentence))

    def move(self, component: str, rows: int, *, filled: bool) -> None:
        """A pull goes on."""
        for callback in self._progress:
            self._run(partial(callback, ComponentId(component), rows, filled))


class FakeSession:
    """An open profile over a town in memory."""

    def __init__(self, town: FakeTown) -> None:
        self.town = town
        self.client = FakeClient(town)
        self.estate = FakeEstate({status.id: status.name for status in components()})
        self.officer: Officer = OFFICER
        self.officers: tuple[Officer, ...] = (OFFICER, Officer(staff_id=StaffId("pn"), name="Priya Nair"))
        self.council_name = "Citytown Council"
        self.training = True
        self.is_offline = False
        self.closed = False
        self.desks: list[FakeDesk] = []

    def open_desk(self) -> FakeDesk:
        desk = FakeDesk(self.town)
        self.desks.append(desk)
        return desk

    def offline(self, on: bool) -> None:
        self.is_offline = on

    def close(self) -> None:
        self.closed = True


def not_ready() -> NotReady:
    """What a component that is down answers."""
    return NotReady("OS Places did not answer.", "Trying again by itself.", key="component.down")
