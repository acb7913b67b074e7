"""What the views may ask of components."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from desktop.domain.changes import Changes
from desktop.domain.errors import NotFound
from desktop.domain.ids import ComponentId, Kind, LocalKey
from desktop.host.life import Done, Failed

if TYPE_CHECKING:
    from desktop.host.session import Session

HEAR_SECONDS: Final = 15.0


class LiveClient:
    """What the views may ask of components. Call-backs come on a thread of the session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def call(
        self,
        component: ComponentId,
        method: str,
        arguments: Mapping[str, object],
        *,
        done: Done,
        failed: Failed,
        deadline: float = 5.0,
    ) -> int:
        """Calls a capability's method; gives a number for `cancel`. The result is JSON builtins."""
        return self._session.host.call(component, method, arguments, done=done, failed=failed, deadline=deadline)

    def hear(
        self, component: ComponentId, method: str, arguments: Mapping[str, object], *, done: Done, failed: Failed
    ) -> int:
        """Makes a call for what the component says in it: `said`, and `error` where it was of no use."""
        params = {"component": component, "method": method, "arguments": dict(arguments), "deadline": HEAR_SECONDS}
        return self._session.host.request("hear", params, done=done, failed=failed)

    def cancel(self, call: object) -> None:
        """Calls a question off."""
        self._session.host.cancel(call)

    def refresh(
        self, kind: Kind, record: LocalKey | str, component: ComponentId, *, done: Done, failed: Failed
    ) -> None:
        """Reads one record again from its component; the change then comes as any other."""
        outside = record if isinstance(record, str) else self._session.find_outside(record)
        if not outside:
            failed(NotFound("This record has no number in its component yet.", key="refresh.unnumbered"))
            return
        params = {"component": component, "kind": kind, "outside_id": outside}
        self._session.host.request("refresh", params, done=done, failed=failed)

    def pull(self, component: ComponentId | None = None) -> None:
        """Asks for what is new, from all or from one; one that was stopped for taking the host down starts again."""
        if component is not None:
            self._session.host.release(component)
        self._session.pull_now(component)

    def on_changes(self, callback: Callable[[Changes], None]) -> None:
        """Calls back with each change of the store, whoever made it but this desk's own writes."""
        self._session.on_changes(callback)

    def on_state(self, callback: Callable[[str, str], None]) -> None:
        """Calls back with `starting`, `running`, `restarting` or `stopped`, and a sentence."""
        self._session.host.on_state(callback)

    def on_progress(self, callback: Callable[[ComponentId, int, bool], None]) -> None:
        """Calls back with a component's rows so far in this pull, and whether it is filled."""
        self._session.host.on_progress(callback)
