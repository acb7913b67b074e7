"""Twelve components asked of one place at once, over real HTTP, through the host: as a resident's page asks them."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from typing_extensions import override

from desktop.bench.measuring import Row, build_row
from desktop.bench.opening import FixedSecrets
from desktop.config.paths import open_profile
from desktop.config.profile import ProfileSettings
from desktop.domain.components import Component
from desktop.domain.errors import DesktopError, SetupFailed
from desktop.domain.ids import ComponentId
from desktop.host.session import Session

TIMES: Final = 10
DELAYS: Final = tuple(0.05 + 0.02 * number for number in range(12))
"""Seconds that each component takes to answer: 50 to 270 ms."""
WAIT: Final = 30.0
_PAGE: Final = json.dumps(
    {
        "total_items": 1, "total_pages": 1, "page_number": 1, "size": 1, "first_page": True, "last_page": True,
        "empty": False, "contents": [{"id": "s1", "name": "Drop-in", "status": "active"}],
    }
).encode()  # fmt: skip


class _Answer(BaseHTTPRequestHandler):
    """Answers after the delay of the component that its address names."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(DELAYS[int(self.path.split("/")[1])])
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(_PAGE)))
        self.end_headers()
        self.wfile.write(_PAGE)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def _serve() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def measure_fan_out(folder: Path, cases: int) -> list[Row]:
    """How long twelve answers take, and the first of them, beside the slowest alone and all one after another."""
    whole: list[float] = []
    first: list[float] = []
    slowest: list[float] = []
    in_turn: list[float] = []
    with _serve() as address:
        components = tuple(
            Component(
                id=ComponentId(f"c{number}"),
                plugin="open_referral",
                name=f"Directory {number}",
                settings={"base_url": f"{address}/{number}"},
            )
            for number in range(len(DELAYS))
        )
        settings = ProfileSettings(components=components, training=True)
        with Session(open_profile(folder), FixedSecrets(), settings=settings, pulls=False) as session:
            session.host.wait_ready(WAIT)
            names = [component.id for component in components]
            for number in range(TIMES + 1):
                answers = _ask(session, names)
                alone = [_ask(session, [name])[0] for name in names]
                if number:  # the first loads the plugin
                    whole.append(answers[-1])
                    first.append(answers[0])
                    slowest.append(max(alone))
                    in_turn.append(sum(alone))
    return [
        build_row("twelve components at once", cases, whole, reference="the slowest of them alone", others=slowest),
        build_row("the first of twelve answers", cases, first, reference="twelve, one after another", others=in_turn),
    ]


def _ask(session: Session, names: list[ComponentId]) -> list[float]:
    """Seconds until each of the answers, in the order of their coming. Raises SetupFailed where one was none."""
    came: queue.Queue[tuple[float, object]] = queue.Queue()
    began = time.perf_counter()

    def take(answer: object) -> None:
        came.put((time.perf_counter() - began, answer))

    for name in names:
        session.client.call(name, "directory.services", {}, done=take, failed=take, deadline=WAIT)
    answers = [came.get(timeout=WAIT) for _ in names]
    wrong = next((answer for _, answer in answers if isinstance(answer, DesktopError)), None)
    if wrong is not None:
        raise SetupFailed(f"A component of the bench did not answer: {wrong.title}", key="bench.fan_out")
    return [seconds for seconds, _ in answers]
