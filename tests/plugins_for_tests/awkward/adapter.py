"""What is looked for says how to behave."""

from __future__ import annotations

import ctypes
import os
import sys
import time

from desktop.adapters.api import AdapterContext, Page
from desktop.domain.ids import Uprn
from desktop.domain.places import Place


class AwkwardPlaces:
    """The component."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http

    def find(self, query: str, cursor: str = "") -> Page[Place]:
        del cursor
        word = query.split(maxsplit=1)[0]
        if word == "hang":
            time.sleep(600)
        elif word == "hold":
            # PyDLL keeps the GIL over the call: no other thread of the process runs until it comes back.
            ctypes.PyDLL(None).sleep(600)
        elif word == "toil":
            until = time.monotonic() + 0.5
            while time.monotonic() < until:
                sum(range(1_000))
        elif word == "die":
            os._exit(3)
        elif word == "print":
            print("a library that says something")
            os.write(1, b'{"jsonrpc":"2.0","id":1,"result":"not an answer"}\n')
            sys.stdout.flush()
        elif word == "drip":
            self._http.request("GET", "/drip")
        elif word == "modules":
            return Page(items=(Place(address=" ".join(sorted(name.partition(".")[0] for name in sys.modules))),))
        return Page(items=(Place(address=query),))

    def postcode(self, postcode: str, cursor: str = "") -> Page[Place]:
        del cursor
        return Page(items=tuple(Place(address=postcode * 100, postcode=str(n)) for n in range(2_000)))

    def uprn(self, uprn: Uprn) -> Place:
        return Place(uprn=uprn)

    def nearest(self, lat: float, lon: float) -> Place | None:
        del lat, lon
        return None
