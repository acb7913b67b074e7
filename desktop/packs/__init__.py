"""Service packs: a council's own bits as data, read, laid over each other, checked and asked; calendars and deadlines.

Only `documents.py`, `loading.py`, `checks.py`, `wording.py` and `commands.py` read files; nothing here has a network or a
clock.
"""
