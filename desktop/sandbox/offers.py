"""Voluntary and health services of the town: something for each of the six residents, and wool."""

from __future__ import annotations

from dataclasses import dataclass, field

TERMS: dict[str, tuple[str, str]] = {
    "life": ("Everyday life", ""),
    "crafts": ("Crafts and wool", "life"),
    "food": ("Food and cooking", "life"),
    "home": ("Home and housing", "life"),
    "growing": ("Gardens and allotments", "life"),
    "care": ("Health and care", ""),
    "carers": ("Carers", "care"),
    "moving": ("Keeping steady and active", "care"),
    "recovery": ("Back from hospital", "care"),
    "young": ("Young people", ""),
}
"""Terms of the town's own taxonomy: name and parent."""

ORGANISATIONS: dict[str, tuple[str, str, str]] = {
    "yarn": ("Citytown Yarn Circle", "Knitters of every age, with wool for whoever has none.", "GB-CHC/9990001"),
    "carers": ("Citytown Carers", "For anyone who looks after someone.", "GB-CHC/9990002"),
    "advice": ("Millbrook Advice", "Free advice on homes, bills and rights.", "GB-CHC/9990003"),
    "green": ("Mercer Green Trust", "Runs the pavilion and the ball court.", "GB-COH/99900004"),
    "health": ("Citytown Community Health", "NHS services outside hospital.", ""),
    "table": ("The Long Table", "Cooks, growers and people who like to eat together.", "GB-COH/99900006"),
}
"""Who provides them: name, words, scheme and registered number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When it is on, as parts of an RRULE."""

    byday: str = ""
    opens: str = ""
    closes: str = ""
    freq: str = "WEEKLY"
    interval: int = 1
    bymonthday: str = ""
    until_days: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A service. `checked` is days before the town's now, None where nobody says; `street` is where, "" for nowhere."""

    code: str
    name: str
    by: str
    text: str
    terms: tuple[str, ...]
    street: str = ""
    hours: tuple[Hours, ...] = ()
    ages: tuple[int | None, int | None] = (None, None)
    costs: tuple[tuple[float, str, str], ...] = ()
    fees: str = ""
    area: str = "Citytown"
    checked: int | None = 40
    status: str = "active"
    alert: str = ""
    languages: tuple[str, ...] = field(default=("English",))


OFFERS: tuple[Offer, ...] = (
    Offer(code="knit", name="Knit and natter", by="yarn", text="A knitting group with tea. Bring what you are knitting, or start with a bobble hat: needles and wool are there.", terms=("crafts",), street="Mercer Row", hours=(Hours(byday="TH", opens="10:00", closes="12:00", text="All year, also in the holidays."),), costs=((0, "", ""),), fees="Free. A pound for the tea if you have one."),
    Offer(code="hats", name="Hat hospital", by="yarn", text="Hats mended, bobbles sewn back on, lost ones knitted again from a photograph.", terms=("crafts",), street="Mercer Row", hours=(Hours(freq="MONTHLY", byday="1SA", opens="10:00", closes="13:00"),), costs=((2, "a hat", ""), (0, "", "Under 18s"))),
    Offer(code="damp", name="Damp and mould at home", by="advice", text="An adviser visits, measures the damp and writes to the landlord with you.", terms=("home",), hours=(Hours(byday="MO,TU,WE,FR", opens="09:30", closes="16:00", text="Ring first."),), fees="Free.", area="Millbrook and Tannery", languages=("English", "Igbo")),
    Offer(code="break", name="A morning off for carers", by="carers", text="Somebody you know sits with the person you look after, and you go out.", terms=("carers",), hours=(Hours(byday="TU,SA", opens="09:00", closes="12:30"),), ages=(18, None), costs=((0, "", "With a carer’s assessment"), (12.5, "a morning", "Without one"))),
    Offer(code="young", name="Young carers’ evening", by="carers", text="Pizza, homework and nobody to look after for three hours.", terms=("carers", "young"), street="Tanner Street", hours=(Hours(byday="WE", interval=2, opens="17:00", closes="20:00"),), ages=(8, 18), costs=((0, "", ""),)),
    Offer(code="drums", name="Drum room", by="green", text="Two kits in a room that nobody lives above.", terms=("young",), street="Tanner Street", hours=(Hours(byday="MO,TH,FR", opens="16:00", closes="19:00"),), ages=(11, 19), costs=((1.5, "an hour", ""),)),
    Offer(code="court", name="Ball court, five-a-side and hoops", by="green", text="Turn up and play. Lights until nine.", terms=("young", "moving"), street="Alder Road", hours=(Hours(byday="SU", opens="14:00", closes="17:00"), Hours(byday="FR", opens="18:00", closes="21:00")), ages=(13, 25), costs=((0, "", ""),), languages=("English", "Urdu", "Bengali")),
    Offer(code="plot", name="Share a plot", by="table", text="While you are on the allotment list: a bed on somebody else’s plot, and their help.", terms=("growing", "food"), street="Weir Road", hours=(Hours(freq="MONTHLY", byday="-1SU", opens="11:00", closes="14:00"),), ages=(None, None), costs=((10, "a season", ""),)),
    Offer(code="steady", name="Steady on your feet", by="health", text="A class for people who have fallen or fear to, also with a long-term condition. Stairs are practised.", terms=("moving", "care"), street="Quay Lane", hours=(Hours(byday="MO", opens="13:30", closes="14:30", until_days=120, text="Twelve weeks."),), ages=(18, None), fees="Free on the NHS."),
    Offer(code="supper", name="Supper club kitchen", by="table", text="A kitchen with five stars to cook in for paying guests, and someone who explains food hygiene.", terms=("food",), street="Quay Lane", hours=(Hours(byday="FR,SA", opens="15:00", closes="23:00"),), ages=(18, None), costs=((24, "an evening", ""),)),
    Offer(code="hospital", name="Home from hospital", by="health", text="Six weeks of help at home after a stay in hospital: meals, tablets, shopping.", terms=("recovery", "care"), hours=(Hours(byday="MO,TU,WE,TH,FR,SA,SU", opens="08:00", closes="20:00"),), ages=(60, None), fees="Free for six weeks."),
    Offer(code="pantry", name="The pantry", by="table", text="Ten things from the shelves for five pounds, no questions.", terms=("food",), street="Weir Road", hours=(Hours(byday="TU", opens="10:00", closes="13:00"), Hours(freq="MONTHLY", bymonthday="1,15", opens="17:00", closes="19:00")), costs=((5, "ten items", ""),), languages=("English", "Polish")),
    Offer(code="nurse", name="Nurse without an appointment", by="health", text="Wounds, stitches, blood pressure. Not for emergencies.", terms=("care",), street="Alder Road", hours=(Hours(byday="MO,WE,FR", opens="08:30", closes="11:30"),), fees="Free on the NHS."),
    Offer(code="woolbank", name="Wool bank", by="yarn", text="Takes the wool that has got out of hand and gives it to those who have none.", terms=("crafts",), street="Mercer Row", hours=(Hours(byday="SA", opens="14:00", closes="16:00"),), status="temporarily closed", alert="Closed until the moths are gone."),
    Offer(code="repair", name="Repair café", by="green", text="Toasters, chairs, zips.", terms=("home", "crafts"), street="Tanner Street", hours=(Hours(freq="MONTHLY", byday="2SU", opens="10:00", closes="13:00"),), checked=430),
    Offer(code="crochet", name="Crochet by post", by="yarn", text="A square a month through the letter box.", terms=("crafts",), status="defunct", checked=900),
)  # fmt: skip
"""Every service, in the order in which the directory lists them."""
