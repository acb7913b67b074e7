"""aiosmtpd as a council's mail server: STARTTLS and TLS with certificates of a bundle of its own, names, refusals, delays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.helpers.adapters import SECRET
from tests.helpers.running_servers import is_listening, run_server

NAME = "knit"
SERVE = """
import asyncio, datetime, json, pathlib, ssl, sys
import trustme
from aiosmtpd.smtp import SMTP, AuthResult
port, name, password = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3].encode()
here = pathlib.Path.cwd()
(here / "kept").mkdir(exist_ok=True)

class Post:
    async def handle_RCPT(self, server, session, envelope, address, options):
        answers = {"nobody": "550 5.1.1 no such mailbox", "later": "450 4.2.0 greylisted"}
        answer = answers.get(address.partition("@")[0])
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if any(to.startswith("slow@") for to in envelope.rcpt_tos):
            await asyncio.sleep(3)
        if b"casino" in envelope.content:
            return "554 5.7.1 we do not take this"
        number = len(list((here / "kept").iterdir()))
        (here / "kept" / f"{number}.eml").write_bytes(envelope.content)
        return "250 2.0.0 taken"

def check(server, session, envelope, mechanism, given):
    return AuthResult(success=(given.login, given.password) == (name, password), handled=False)

def trust(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return context

ours, stranger = trustme.CA(), trustme.CA()
ours.cert_pem.write_to_path(here / "bundle.pem")
past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
good = ours.issue_cert("127.0.0.1")
auth = {"authenticator": check, "auth_required": True}
doors = {
    "starttls": (None, {"tls_context": trust(good), "require_starttls": True, **auth}),
    "tls": (trust(good), {"auth_require_tls": False, **auth}),
    "plain": (None, {"data_size_limit": 100_000}),
    "stranger": (None, {"tls_context": trust(stranger.issue_cert("127.0.0.1")), **auth}),
    "expired": (None, {"tls_context": trust(ours.issue_cert("127.0.0.1", not_after=past)), **auth}),
    "other": (None, {"tls_context": trust(ours.issue_cert("mail.example.org")), **auth}),
}

async def serve():
    loop, ports, kept = asyncio.get_running_loop(), {}, []
    for name, (secure, options) in doors.items():
        make = lambda options=options: SMTP(Post(), hostname="post.citytown.example", **options)
        server = await loop.create_server(make, "127.0.0.1", port if name == "starttls" else 0, ssl=secure)
        kept.append(server)
        ports[name] = server.sockets[0].getsockname()[1]
    (here / "ports.json").write_text(json.dumps(ports))
    await asyncio.Event().wait()

asyncio.run(serve())
"""


@dataclass(frozen=True)
class Post:
    """The running mail server: its doors by what they are, and what it took."""

    folder: Path
    ports: dict[str, int]

    @property
    def bundle(self) -> str:
        """The certificates that its good doors can be checked against."""
        return str(self.folder / "bundle.pem")

    def read_all(self) -> list[EmailMessage]:
        """What it took, oldest first."""
        files = sorted((self.folder / "kept").iterdir(), key=lambda path: int(path.stem))
        return [message_from_bytes(path.read_bytes(), policy=default) for path in files]


@contextmanager
def run_aiosmtpd(folder: Path) -> Iterator[Post]:
    """The server with all its doors open."""

    def is_ready(port: int) -> bool:
        return (folder / "ports.json").exists() and is_listening(port)

    with run_server(
        "aiosmtpd",
        lambda python, port: [python, "-W", "ignore", "-c", SERVE, str(port), NAME, SECRET],
        folder,
        is_ready=is_ready,
    ):
        yield Post(folder, json.loads((folder / "ports.json").read_text(encoding="utf-8")))
