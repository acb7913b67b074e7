"""A case that its component never answers for, as the desk shows it and what it lets an officer do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from desktop.adapters.api import Created
from desktop.domain.cases import CaseDraft, Phase
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import LocalKey, OutsideId
from desktop.services.rows import CaseQuery
from tests.helpers.service_desk import ServiceDesk, a_draft
from tests.helpers.stores import BINS


class BlackBox:
    """Takes everything and says nothing. The other methods of the capability are there, and nobody may call them."""

    def create(self, draft: CaseDraft, key: str) -> Created:
        del draft, key
        return Created(unanswered=True, notice="Thank you.", reference="KNIT-1")

    def find_created(self, draft: CaseDraft, key: str, since: datetime) -> OutsideId | None:
        raise AssertionError((draft, key, since))

    def __getattr__(self, name: str) -> Any:
        if name not in {"types", "changed", "get", "update", "events", "add_event", "find_event"}:
            raise AttributeError(name)

        def refuse(*given: object) -> None:
            raise AssertionError((name, given))

        return refuse


@pytest.fixture
def sent(town: ServiceDesk) -> LocalKey:
    key = town.desk.cases.create(BINS.id, a_draft()).key
    assert town.push(BlackBox()) is None
    return key


def test_it_says_that_it_was_sent_and_has_no_number(town: ServiceDesk, sent: LocalKey) -> None:
    file = town.desk.cases.get(sent)
    assert (file.answered, file.outside_id, file.statuses, file.ops) == (False, "", (), ())
    assert (file.row.status, file.row.phase, file.row.reference) == ("sent", Phase.WAITING, "KNIT-1")
    assert file.status_note.startswith("Thank you. Sent. This service gives no number")
    assert (file.row.pending, file.row.assignee, file.assignable) == (False, "me", True)


def test_it_is_found_like_any_other_and_waits_for_nobody(town: ServiceDesk, sent: LocalKey) -> None:
    rows = town.desk.cases.page(CaseQuery(open_only=True), None, 20).rows
    assert [row.key for row in rows] == [sent]
    assert (town.desk.outbox.summary().waiting, town.desk.outbox.summary().ops) == (0, ())


def test_a_note_and_a_status_are_refused_beside_their_fields(town: ServiceDesk, sent: LocalKey) -> None:
    with pytest.raises(InvalidInput, match="gave no number") as note:
        town.desk.cases.add_note(sent, "Seen")
    with pytest.raises(InvalidInput, match="gave no number") as status:
        town.desk.cases.set_status(sent, "fixed")
    assert (note.value.field, status.value.field) == ("note", "status")


def test_it_can_still_be_given_to_a_colleague(town: ServiceDesk, sent: LocalKey) -> None:
    town.desk.cases.assign(sent, None)
    assert town.push(BlackBox()) is None
    assert town.desk.cases.get(sent).row.assignee == ""
