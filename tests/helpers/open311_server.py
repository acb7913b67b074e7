"""An Open311 adapter in JSON against a faulty server, and answers for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from desktop.adapters.api import Cases
from tests.helpers.adapters import run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.plugins.open311.driver import OPEN311_RECORD


@contextmanager
def run(server: FaultyServer, **settings: str) -> Iterator[Cases]:
    given = {"format": "json", **settings}
    with run_adapter("open311", server.url, settings=given) as loaded:
        assert isinstance(loaded.adapter, Cases)
        yield loaded.adapter


def as_json(*records: Mapping[str, Any]) -> Reply:
    return Reply(body=json.dumps(records).encode())


def a_record(**changes: Any) -> dict[str, Any]:
    return {**OPEN311_RECORD, **changes}


def by_path(**replies: Reply) -> Callable[[Request], Reply]:
    """Answers by the first part of the path: `services`, `requests` and so on; 404 for others."""
    return lambda request: replies.get(request.path.strip("/").split(".")[0].split("/")[0], Reply(status=404))
