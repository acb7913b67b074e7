"""Ids. A `NewType` each, so that one cannot be passed for another."""

from typing import Literal, NewType

LocalKey = NewType("LocalKey", int)
"""Key of a record on this desk, for life: from 1 up when pulled, negative when born here, 0 for none."""

ComponentId = NewType("ComponentId", str)
"""One configured adapter, such as `waste`; unique in a profile."""

OutsideId = NewType("OutsideId", str)
"""A record's id in its component."""

OpId = NewType("OpId", str)
"""One thing the officer did, as a UUID; sent on as idempotency key."""

StaffId = NewType("StaffId", str)
Uprn = NewType("Uprn", str)
"""Unique Property Reference Number (BS 7666): 1 to 12 digits as text, never padded."""

Gss = NewType("Gss", str)
"""Government Statistical Service code of a council, such as `E07000123`."""

Kind = Literal["case", "event", "person", "place", "payment"]
"""The kinds of record that the store keeps."""

NO_KEY = LocalKey(0)
