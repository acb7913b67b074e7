"""Follows a payment until it is finished: asks its component again and again, ever more slowly."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.domain.changes import Changes
from desktop.domain.errors import DesktopError
from desktop.domain.ids import LocalKey
from desktop.services.rows import PaymentRow
from desktop.ui.context import DeskContext

WAITS_MS = (500, 1000, 1500, 2000, 3000, 5000, 8000, 13000, 20000, 30000)


class PaymentFollower(QObject):
    """One payment at a time.

    Signals:
        moved(PaymentRow): the payment as it stands now.
        page_ready(str): the page where the payer pays, once.
        troubled(str): the component could not be asked; "" when it answers again.
    """

    moved = Signal(object)
    page_ready = Signal(str)
    troubled = Signal(str)

    def __init__(self, context: DeskContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._key: LocalKey | None = None
        self._row: PaymentRow | None = None
        self._opened = False
        self._open_page = False
        self._tries = 0
        self._lane = f"follow-{id(self)}"
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        context.ops.changed.connect(self._on_ops_changed)

    @property
    def key(self) -> LocalKey | None:
        """The payment that is followed."""
        return self._key

    def follow(self, key: LocalKey, *, open_page: bool) -> None:
        """Follows a payment from now on; with `open_page` its page is opened as soon as it has one."""
        self._key = key
        self._row = None
        self._opened = False
        self._open_page = open_page
        self._tries = 0
        self._read()

    def stop(self) -> None:
        """Follows nothing any more."""
        self._key = None
        self._timer.stop()
        self._context.ops.runner.forget(self._lane)

    def ask_now(self) -> None:
        """Asks at once, and begins again with short waits."""
        self._tries = 0
        self._ask()

    def _read(self) -> None:
        key = self._key
        if key is not None:
            self._context.ops.read(lambda desk: desk.payments.get(key), self._show, lane=self._lane, failed=self._fail)

    def _show(self, row: PaymentRow) -> None:
        changed = row != self._row
        if self._row is not None and row.state is not self._row.state:
            self._tries = 0
        self._row = row
        if changed:
            self.moved.emit(row)
        if row.next_url and self._open_page and not self._opened and not row.state.is_final:
            self._opened = True
            self.page_ready.emit(row.next_url)
        if row.state.is_final:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start(WAITS_MS[min(self._tries, len(WAITS_MS) - 1)])

    def _fail(self, error: DesktopError) -> None:
        self.troubled.emit(str(error))

    @Slot()
    def _ask(self) -> None:
        row = self._row
        if row is None or self._key is None or row.state.is_final:
            return
        self._tries += 1
        if row.pending and not row.next_url:
            # It has not reached its component yet: there is nothing to ask there.
            self._timer.start(WAITS_MS[min(self._tries, len(WAITS_MS) - 1)])
            return
        self._context.live.refresh("payment", row.key, row.component, done=self._answered, failed=self._unanswered)

    def _answered(self, _answer: object) -> None:
        self.troubled.emit("")
        self._read()

    def _unanswered(self, error: DesktopError) -> None:
        self.troubled.emit(error.title)
        if self._key is not None:
            self._timer.start(WAITS_MS[min(self._tries, len(WAITS_MS) - 1)])

    @Slot(object, object)
    def _on_ops_changed(self, changes: Changes, _initiator: QObject | None) -> None:
        if self._key is not None and (changes.touches("payment", self._key) or changes.outbox):
            self._read()
