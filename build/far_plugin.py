"""A plugin that the smoke test writes outside the frozen tree: it imports what the program does not."""

from __future__ import annotations

FAR_WORD = "far 44100 BODY 1"
FAR_IMPORTS = '''
import importlib
import warnings


def find_missing(file):
    """Modules of the list that cannot be imported here."""
    missing = []
    with open(file, encoding="utf-8") as lines, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in lines.read().split():
            try:
                importlib.import_module(name)
            except Exception:
                missing.append(name)
    return missing
'''
FAR_PLUGIN = {
    "__init__.py": "",
    "manifest.toml": """id = "far_places"
name = "Far places"
api = 1
capabilities = ["addresses"]
entry = "adapter:FarPlaces"
requirements = []
hosts = []
licence = "MIT"

[settings.base_url]
label = "Address"
required = true

[settings.names]
label = "List of modules"
""",
    "adapter.py": f"""import imaplib
import io
import sqlite3
import wave
import xml.dom.minidom

from desktop.adapters.api import Page
from desktop.domain.places import Place
{FAR_IMPORTS}

class FarPlaces:
    def __init__(self, context):
        self._names = context.settings["names"]

    def find(self, query, cursor=""):
        sound = io.BytesIO()
        with wave.open(sound, "wb") as file:
            file.setparams((1, 2, 44100, 0, "NONE", ""))
        with wave.open(io.BytesIO(sound.getvalue())) as file:
            rate = file.getframerate()
        word = xml.dom.minidom.parseString(f"<a>{{query}}</a>").documentElement.firstChild.data
        one = sqlite3.connect(":memory:").execute("SELECT 1").fetchone()[0]
        text = f"{{word}} {{rate}} {{'BODY' if imaplib.IMAP4_PORT == 143 else ''}} {{one}}"
        missing = str(sorted(find_missing(self._names)))
        return Page(items=(Place(address=text), Place(address=missing)))

    def postcode(self, postcode, cursor=""):
        return Page(items=())

    def uprn(self, uprn):
        return Place(uprn=uprn)

    def nearest(self, lat, lon):
        return None
""",
}
