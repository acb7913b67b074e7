"""WsgiDAV with an empty folder, a name and a password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.helpers.adapters import SECRET
from tests.helpers.fault_proxy import FaultProxy, run_fault_proxy
from tests.helpers.running_servers import run_server

NAME = "knit"
SERVE = """
import sys
from cheroot import wsgi
from wsgidav.wsgidav_app import WsgiDAVApp
port, folder, name, password = sys.argv[1:]
app = WsgiDAVApp({
    "provider_mapping": {"/": folder},
    "simple_dc": {"user_mapping": {"*": {name: {"password": password}}}},
    "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
    "lock_storage": True, "property_manager": True, "verbose": 1,
})
wsgi.Server(("127.0.0.1", int(port)), app).start()
"""


@contextmanager
def run_wsgidav(folder: Path) -> Iterator[FaultProxy]:
    """The server behind a proxy. What it keeps is in `folder`/files."""
    (folder / "files").mkdir()
    with run_fault_proxy() as proxy:
        words = [str(folder / "files"), NAME, SECRET]
        with run_server("wsgidav", lambda python, port: [python, "-c", SERVE, str(port), *words], folder) as server:
            proxy.target = server.port
            yield proxy
