"""The scheme `knit:`, by which the map's page and everything it loads come from this computer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject
from PySide6.QtWebEngineCore import (
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)
from typing_extensions import override

from desktop.maps.page import MapDocument

SCHEME = b"knit"
_TYPES = {
    ".js": b"text/javascript",
    ".css": b"text/css",
    ".png": b"image/png",
    ".json": b"application/json",
    ".geojson": b"application/geo+json",
    ".otf": b"font/otf",
}


def register_scheme() -> None:
    """Makes the scheme known; before the first profile is made, and once. Not at the start: loading the engine takes 40 ms."""
    if QWebEngineUrlScheme.schemeByName(SCHEME).name().data():
        return
    scheme = QWebEngineUrlScheme(SCHEME)
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    scheme.setFlags(
        QWebEngineUrlScheme.Flag.SecureScheme
        | QWebEngineUrlScheme.Flag.CorsEnabled
        | QWebEngineUrlScheme.Flag.FetchApiAllowed
    )
    QWebEngineUrlScheme.registerScheme(scheme)


class SchemeHandler(QWebEngineUrlSchemeHandler):
    """Serves the page, the files of the map folder, the fonts and Qt's own channel script; nothing else."""

    def __init__(self, document: MapDocument, resources: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._resources = resources

    @override
    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        url = job.requestUrl()
        name = url.path().lstrip("/")
        if url.host() != "map":
            job.fail(QWebEngineUrlRequestJob.Error.UrlInvalid)
        elif name in {"", "index.html"}:
            # A list, though the stub says one value: a bare one is taken letter by letter.
            header = {QByteArray(b"Content-Security-Policy"): [QByteArray(self._document.policy.encode())]}
            job.setAdditionalResponseHeaders(header)  # type: ignore[arg-type]
            self._reply(job, b"text/html", self._document.html.encode())
        elif name == "qwebchannel.js":
            file = QFile(":/qtwebchannel/qwebchannel.js")
            file.open(QIODevice.OpenModeFlag.ReadOnly)
            self._reply(job, b"text/javascript", bytes(file.readAll().data()))
        else:
            self._serve_file(job, name)

    def _serve_file(self, job: QWebEngineUrlRequestJob, name: str) -> None:
        folder = self._resources if name.startswith("fonts/") else self._resources / "map"
        path = (folder / name).resolve()
        kind = _TYPES.get(path.suffix)
        if kind is None or not path.is_relative_to(folder.resolve()) or not path.is_file():
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        self._reply(job, kind, path.read_bytes())

    def _reply(self, job: QWebEngineUrlRequestJob, kind: bytes, body: bytes) -> None:
        buffer = QBuffer(job)
        buffer.setData(QByteArray(body))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(QByteArray(kind), buffer)


class OnlyKnit(QWebEngineUrlRequestInterceptor):
    """Refuses every request that is not of our own scheme."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.refused: list[str] = []

    @override
    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        url = info.requestUrl()
        if url.scheme() not in {"knit", "data"}:
            self.refused.append(url.scheme())
            info.block(True)
