"""The documents of the small ZGW server: versions, locks, and large ones in parts."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.helpers.faulty_server import Request

Tree = dict[str, Any]
NOW = "2026-09-14T09:00:00Z"


@dataclass
class ZgwPapers:
    """Documents of a server at an address. `part` is the most bytes of one part."""

    url: str
    add: Callable[..., Tree]
    note: Callable[[Request, Tree], None]
    part: int = 400_000
    rows: list[Tree] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)
    pieces: dict[str, list[bytes]] = field(default_factory=dict)
    locks: dict[str, str] = field(default_factory=dict)
    taken: int = 0

    def make(self, body: Tree) -> Tree:
        """A new document; without its bytes it is locked and waits for parts."""
        inhoud, size = body.pop("inhoud", None), body.get("bestandsomvang")
        row = self.add("documenten", "enkelvoudiginformatieobjecten", **body, versie=1, locked=False, bestandsdelen=[],
                       beginRegistratie=NOW)  # fmt: skip
        id = row["url"].rpartition("/")[2]
        row["inhoud"] = f"{row['url']}/download?versie=1"
        if inhoud is None and size:
            self.locks[id] = "made-with-it"
            return row | {"lock": self.locks[id], **self._ask_parts(row, size)}
        self.bodies[id] = base64.b64decode(inhoud or "")
        return row | {"lock": ""}

    def _ask_parts(self, row: Tree, size: int) -> Tree:
        id = row["url"].rpartition("/")[2]
        sizes = [min(self.part, size - start) for start in range(0, size, self.part)]
        self.pieces[id] = [b""] * len(sizes)
        row["locked"] = True
        row["bestandsdelen"] = [
            {"url": f"{self.url}/documenten/api/v1/bestandsdelen/{id}_{n}", "volgnummer": n + 1, "omvang": one,
             "voltooid": False, "lock": self.locks[id]}
            for n, one in enumerate(sizes)
        ]  # fmt: skip
        return {"locked": True, "bestandsdelen": list(reversed(row["bestandsdelen"]))}

    def take_part(self, request: Request, id: str) -> tuple[int, Any]:
        """One part, under the lock."""
        paper, _, number = id.partition("_")
        assert f'name="lock"\r\n\r\n{self.locks[paper]}\r\n'.encode() in request.body
        self.pieces[paper][int(number)] = request.body.partition(b"octet-stream\r\n\r\n")[2].rpartition(b"\r\n--")[0]
        return 200, {"url": f"{self.url}{request.path}", "voltooid": True, "lock": self.locks[paper]}

    def change(self, row: Tree, id: str, body: Tree, request: Request) -> tuple[int, Any]:
        if self.locks.get(id) != body.pop("lock", None):
            return 400, {
                "code": "invalid",
                "status": 400,
                "invalidParams": [{"name": "lock", "code": "unlocked", "reason": "x"}],
            }
        inhoud = body.pop("inhoud", None)
        row.update(body)
        row["versie"] += 1
        self.note(request, row)
        if inhoud is None and body.get("bestandsomvang"):
            return 200, {**row, **self._ask_parts(row, body["bestandsomvang"])}
        self.bodies[id] = base64.b64decode(inhoud)
        return 200, row

    def lock(self, _request: Request, id: str) -> tuple[int, Any]:
        row = next(row for row in self.rows if row["url"].endswith(id))
        if row["locked"]:
            params = [{"name": "nonFieldErrors", "code": "existing-lock", "reason": "Locked already"}]
            return 400, {"code": "invalid", "status": 400, "title": "Invalid", "invalidParams": params}
        self.taken += 1
        self.locks[id], row["locked"] = f"lock-{self.taken}", True
        return 200, {"lock": self.locks[id]}

    def unlock(self, request: Request, id: str) -> tuple[int, Any]:
        row = next(row for row in self.rows if row["url"].endswith(id))
        assert json.loads(request.body)["lock"] == self.locks.pop(id)
        if id in self.pieces:
            self.bodies[id] = b"".join(self.pieces.pop(id))
        row |= {"locked": False, "bestandsdelen": []}
        return 204, {}
