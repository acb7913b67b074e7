"""How dates, times, money and states are written on the screen: British, and in Europe/London."""

from __future__ import annotations

from datetime import UTC, date, datetime

from desktop.domain.cases import Phase
from desktop.domain.clocks import LONDON
from desktop.domain.payments import PaymentState
from desktop.services.rows import Chip, ComponentStatus, PendingOp

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST_ALONG = 5
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

PHASE_ICONS = {
    Phase.NEW: "circle-outline",
    Phase.TRIAGE: "circle-slice-2",
    Phase.IN_PROGRESS: "circle-slice-4",
    Phase.WAITING: "pause-circle-outline",
    Phase.RESOLVED: "check-circle-outline",
    Phase.CLOSED: "check-circle",
    Phase.CANCELLED: "cancel",
}
_PAYMENT_MARKS = {
    PaymentState.CREATED: ("link-variant", "accent"),
    PaymentState.STARTED: ("progress-clock", "text2"),
    PaymentState.SUBMITTED: ("progress-clock", "text2"),
    PaymentState.CAPTURABLE: ("progress-clock", "warn"),
    PaymentState.SUCCESS: ("check-circle", "ok"),
    PaymentState.FAILED: ("close-circle-outline", "bad"),
    PaymentState.EXPIRED: ("timer-off-outline", "text2"),
    PaymentState.CANCELLED: ("cancel", "text2"),
    PaymentState.ERROR: ("alert-octagon", "bad"),
    PaymentState.NOT_KNOWN: ("help-circle-outline", "warn"),
}
PAYMENT_WORDS = {state: (state.word, *marks) for state, marks in _PAYMENT_MARKS.items()}
"""Word, icon and colour of each state of a payment."""


def local(moment: datetime) -> datetime:
    """A moment in Europe/London; a naive one is taken as UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(LONDON)


def format_date(moment: datetime | date) -> str:
    """`14 Sep 2026`."""
    day = local(moment).date() if isinstance(moment, datetime) else moment
    return f"{day.day:02} {_MONTHS[day.month - 1]} {day.year}"


def format_time(moment: datetime) -> str:
    """`09:47`."""
    return f"{local(moment):%H:%M}"


def format_moment(moment: datetime) -> str:
    """`14 Sep 2026 09:47`."""
    return f"{format_date(moment)} {format_time(moment)}"


def format_when(moment: datetime, now: datetime) -> str:
    """`09:47` for today, else `14 Sep 2026`."""
    return format_time(moment) if local(moment).date() == local(now).date() else format_date(moment)


def format_day(moment: datetime, now: datetime) -> str:
    """The head of a day: `Today, Monday 14 Sep 2026`."""
    day = local(moment).date()
    apart = (local(now).date() - day).days
    lead = {0: "Today, ", 1: "Yesterday, "}.get(apart, "")
    return f"{lead}{_DAYS[day.weekday()]} {format_date(day)}"


def format_age(born: date, now: datetime) -> int:
    """Whole years since birth."""
    today = local(now).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def format_phase(phase: Phase) -> str:
    """`In progress`."""
    return phase.value.capitalize()


def due_tone(due: datetime | None, now: datetime, *, is_open: bool) -> str:
    """How a deadline stands: `over`, `soon` (within two days) or `far`; `none` without one or when the work is done."""
    if due is None or not is_open:
        return "none"
    days = (local(due).date() - local(now).date()).days
    return "over" if due < now else "soon" if days <= 2 else "far"


def format_due_left(due: datetime, now: datetime) -> str:
    """`2 days left`, `Due today`, `3 days late`. Calendar days: working days are the packs' to count."""
    days = (local(due).date() - local(now).date()).days
    if days == 0:
        return "Due today" if due >= now else "Late today"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"{count} left" if days > 0 else f"{count} late"


def format_street(address: str) -> str:
    """The part of an address that tells it from others in the town: `5 Alder Road`, `Flat 9, 12 Weir House`."""
    first, *rest = (part.strip() for part in address.split(","))
    is_part = first.casefold().startswith(("flat ", "unit ", "room ", "apartment "))
    return f"{first}, {rest[0]}" if is_part and rest else first


def format_count(number: int, noun: str, plural: str = "") -> str:
    """`1 case`, `4,821 cases`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def mend_words(op: PendingOp) -> str:
    """What the button says that brings a new case back into its form."""
    return "Mend before it is sent" if op.state == "waiting" else "Mend and send again"


def along_words(op: PendingOp) -> str:
    """What else goes when an op is given up, with the first words of each; "" where nothing does."""
    if not op.along:
        return ""
    more = f"; and {len(op.along) - _MOST_ALONG:,} more" if len(op.along) > _MOST_ALONG else ""
    listed = "; ".join(op.along[:_MOST_ALONG])
    return f"Giving this up also drops {format_count(len(op.along), 'thing')} typed on it: {listed}{more}"


def format_health(status: ComponentStatus | Chip, now: datetime) -> tuple[str, str, str]:
    """Words, icon and tone of a component: `("slow, 2.8 s", "timer-sand", "warn")`. The words are "" when fresh."""
    as_of = f"as of {format_when(status.as_of, now)}" if status.as_of else "not heard from yet"
    match status.state.value:
        case "fresh":
            return "", "check-circle-outline", "ok"
        case "slow":
            return f"slow, {status.latency_ms / 1000:.1f} s", "timer-sand", "warn"
        case "stopped":
            return f"stopped, {as_of}", "alert-octagon", "bad"
        case "sign in":
            return "sign in", "lock-outline", "lock"
        case _:
            return as_of, "history", "lock"


def initials(name: str) -> str:
    """First letters of first and last name."""
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"
