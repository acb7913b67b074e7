"""What every component of the town has in common: its site, and a handler that plays the faults."""

from __future__ import annotations

import asyncio
import http
import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tornado.iostream import IOStream, StreamClosedError
from tornado.web import RequestHandler
from typing_extensions import override

from desktop.domain.clocks import Clock
from desktop.sandbox.casework import CaseRow, UpdateRow
from desktop.sandbox.faults import Fault, FaultBook, garble
from desktop.sandbox.state import State

_HTML = b"<!doctype html><title>Sign in</title><h1>Please sign in</h1><p>Your session has ended.</p>"


@dataclass(slots=True, kw_only=True)
class Tuning:
    """What a trainer or a test may change: times in milliseconds, and how much there may be."""

    search_lag_ms: int = 2_000
    token_delay_ms: int = 2_000
    capture_ms: int = 800
    refund_ms: int = 1_500
    expiry_ms: int = 90 * 60 * 1000
    token_ms: int = 299_000
    messages_a_minute: int = 3_000
    messages_a_day: int = 250_000
    crimes_at_most: int = 10_000


@dataclass(slots=True, kw_only=True)
class Site:
    """What the handlers of one component share. `base` is its address without a last slash, `public` the town's own."""

    component: str
    area: str
    key: str
    state: State
    faults: FaultBook
    tuning: Tuning
    clock: Clock
    base: str = ""
    public: str = ""

    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return int(self.clock.now().timestamp() * 1000)

    def now(self) -> int:
        """Whole seconds since 1970."""
        return int(self.clock.now().timestamp())


def change_case(
    site: Site, case: CaseRow, *, status: str = "", text: str, by: str, title: str = "", assigned: str | None = None
) -> tuple[CaseRow, UpdateRow]:
    """A change by a colleague in the component's own screens: kept with an update that says so."""
    given, _, family = by.partition(" ")
    now = site.now()
    count = len(site.state.find_updates(case.area, case_id=case.id))
    update = UpdateRow(
        area=case.area,
        id=f"{case.id}-{count + 1}-{site.now_ms()}",
        case_id=case.id,
        at=now,
        status=status or case.status,
        text=text,
        given=given,
        family=family,
    )
    changed = replace(
        case,
        status=status or case.status,
        note=text or case.note,
        updated=now,
        title=title or case.title,
        assigned=case.assigned if assigned is None else assigned,
    )
    site.state.save_case(changed, update)
    return changed, update


class TownHandler(RequestHandler):
    """A handler of one component. Answers go through `answer`, where the faults strike."""

    site: Site

    @override
    def initialize(self, site: Site) -> None:
        self.site = site
        self._struck: list[Fault] = []

    @override
    def set_default_headers(self) -> None:
        self.set_header("Server", "Citytown")
        self.set_header("Cache-Control", "no-store")

    @override
    def data_received(self, chunk: bytes) -> None:
        """Bodies are read whole before a handler starts."""

    @override
    async def prepare(self) -> None:
        if not self.site.component:
            return
        self._struck = self.site.faults.take(self.site.component, self.request.method or "", self.request.path)
        for fault in self._struck:
            if fault.kind == "slow":
                await asyncio.sleep(fault.ms / 1000)
            elif fault.kind == "reset":
                self._reset(self.detach())
            elif fault.kind == "html":
                self.set_header("Content-Type", "text/html; charset=utf-8")
                await self.finish(_HTML)
            elif fault.kind == "status":
                await self._fail(fault)
            elif fault.kind == "conflict" and (case := self.site.state.find_case(self.site.area, fault.case)):
                change_case(self.site, case, status=fault.case_status, text=fault.text, by="Priya Nair")
            if self._finished:
                return

    async def answer(
        self, status: int, body: bytes, content_type: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Sends a whole answer, or what the faults leave of it."""
        kinds = [fault.kind for fault in self._struck]
        body = garble(body, content_type, [k for k in kinds if k in {"unknown", "nulls"}]) if body else body
        self.set_status(status)
        self.set_header("Content-Type", content_type)
        for name, value in (headers or {}).items():
            self.set_header(name, value)
        if "lose_answer" in kinds:
            self._reset(self.detach())
        elif "cut" in kinds:
            await self._send(self._head(body) + body[: len(body) // 2], 0)
        elif drip := next((fault for fault in self._struck if fault.kind == "drip"), None):
            await self._send(self._head(body) + body, drip.ms or 100)
        else:
            await self.finish(body if status not in {204, 304} else None)

    async def answer_json(self, status: int, tree: object, headers: Mapping[str, str] | None = None) -> None:
        """Sends JSON."""
        body = json.dumps(tree, ensure_ascii=False).encode()
        await self.answer(status, body, "application/json", headers)

    def _head(self, body: bytes) -> bytes:
        status = self.get_status()
        lines = [f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in self._headers.get_all() if name != "Content-Length"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def _send(self, raw: bytes, ms: int) -> None:
        """Sends bytes as they are, one by one where `ms` is given, and closes the connection."""
        stream = self.detach()
        try:
            if not ms:
                await stream.write(raw)
                return
            for i in range(len(raw)):
                await stream.write(raw[i : i + 1])
                await asyncio.sleep(ms / 1000)
        except StreamClosedError:
            return
        finally:
            stream.close()

    def _reset(self, stream: IOStream) -> None:
        """Ends a connection with a reset, as a machine that falls over does."""
        stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.close()

    async def _fail(self, fault: Fault) -> None:
        self.set_status(fault.status)
        if fault.retry_after is not None:
            self.set_header("Retry-After", str(fault.retry_after))
        self.set_header("Content-Type", "application/json")
        await self.finish(json.dumps(self.fault_body(fault)))

    def fault_body(self, fault: Fault) -> dict[str, Any]:
        """What a failing component says; a dialect with words of its own says those."""
        phrase = http.HTTPStatus(fault.status).phrase if fault.status in set(http.HTTPStatus) else "Error"
        code = fault.code or ("P0900" if fault.status == 429 else "")
        return {"code": code, "description": phrase} if code else {"message": phrase}

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A plain sentence, never a traceback."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code} {http.HTTPStatus(status_code).phrase}")
