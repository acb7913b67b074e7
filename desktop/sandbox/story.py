"""Cases of the six residents whom the story is about, so that each joins up across several components."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """A case that is always there. `age` is in days before the town's now; `due` in days after it (None: by target)."""

    given: str
    family: str
    area: str
    code: str
    title: str
    text: str
    status: str
    age: float
    due: float | None = None
    assigned: str = ""
    street: str = ""


TOLD: tuple[Told, ...] = (
    Told("Cynthia", "Okafor", "housing", "DAMP", "Damp and mould, bedroom 2", "Black mould, wet wall, peeling paint behind the wardrobe in bedroom 2 and in the hall. Any day after 15:00; there is a dog, please ring first.", "in progress", 12.1, 2.3, "P.NAIR"),
    Told("Cynthia", "Okafor", "housing", "TRANSFER", "Transfer request, 3 bedrooms", "Cyril is 17 and sleeps in the living room. We would like to stay in Millbrook.", "open", 2.2, 28),
    Told("Cynthia", "Okafor", "adults", "CARER", "Carer’s assessment", "I look after my mother two streets away, about 20 hours a week, as well as work.", "action scheduled", 19.4, 9, "L.BROOK"),
    Told("Cynthia", "Okafor", "children", "TRANSPORT", "Bus pass for Mercer Green School", "Cyril starts the sixth form across town; the route changed in September.", "closed", 71.0),
    Told("Cynthia", "Okafor", "waste", "BULKY", "Bulky waste, 3 items", "Wardrobe, mattress and a chest of drawers spoiled by damp.", "planned", 4.3, 3.1, "S.DOYLE"),
    Told("Cynthia", "Okafor", "waste", "MISSED", "Missed grey bin", "Whole even side of Tanner Street was left.", "fixed", 33.6),
    Told("Cynthia", "Okafor", "cleaning", "FLYTIP", "Fly-tipping, Quay Lane Garages", "A van load behind the garages: bags, a mattress and what may be asbestos sheet.", "investigating", 0.2, 4, "", "Quay Lane"),
    Told("Cynthia", "Okafor", "public_health", "PEST", "Mice in kitchen", "Since the fly-tipping started. Droppings under the sink.", "in progress", 8.5, -1.2, "A.KHAN"),
    Told("Cynthia", "Okafor", "development", "PREAPP", "Advice: garden room", "Would a small shed for Cyril’s drums need permission?", "closed", 120.0),
    Told("Cynthia", "Okafor", "parks", "PLAY", "Glass under the slide", "Mercer Green, every Saturday morning.", "fixed", 54.2, None, "", "Tanner Street"),
    Told("Cyril", "Okafor", "children", "SEND", "EHC plan: yearly review", "I would like the college in the room this time.", "in progress", 25.7, 6, "T.ADEYEMI"),
    Told("Cyril", "Okafor", "adults", "CARER", "Young carer, aged 17", "I help my gran with shopping and her tablets when Mum is at work.", "open", 6.4, 22),
    Told("Cyril", "Okafor", "parks", "PLAY", "Broken hoop, ball court", "The hoop at Mercer Green is hanging off. Me and Aziz can hold the ladder 😀", "planned", 9.8, 1.1, "", "Mercer Row"),
    Told("Cyril", "Okafor", "waste", "NEWBIN", "Food caddy lid broken", "Foxes have it open by morning.", "fixed", 41.3),
    Told("Aziz", "Rahman", "children", "TRANSPORT", "School transport, moved house", "We moved to Weir Road in June and the old bus does not stop here.", "investigating", 13.1, -3.4, "I.GRANT"),
    Told("Aziz", "Rahman", "cleaning", "GRAFFITI", "Graffiti on bridge", "Under the Station Road bridge, as tall as a door.", "in progress", 7.2, 2.6, "", "Station Road"),
    Told("Aziz", "Rahman", "public_health", "NOISE", "Site noise before 07:00", "They start the generator at half past five behind Weir Road.", "action scheduled", 10.2, -0.6, "F.ASLAM"),
    Told("Aziz", "Rahman", "parks", "ALLOT", "Allotment waiting list", "My dad was number 4 on the Weir list two years ago.", "open", 15.5, 12),
    Told("Issi", "Rahman", "housing", "REPAIR", "Leak in kitchen ceiling", "Water comes through the light fitting when upstairs has a bath.", "in progress", 1.4, 3, "D.WHITFIELD"),
    Told("Issi", "Rahman", "adults", "OT", "Second fall on the stairs", "I have a long-term condition and the stairs are getting the better of me.", "investigating", 5.1, 11, "L.BROOK"),
    Told("Issi", "Rahman", "waste", "MISSED", "Missed clinical waste", "Yellow bag, Tuesday. It cannot wait another week.", "open", 3.2, -1.2),
    Told("Issi", "Rahman", "public_health", "FOOD", "Food hygiene, café", "I run a supper club with Lizzy and would like someone to look before we open.", "planned", 11.9, 2),
    Told("Issi", "Rahman", "development", "ENFORCE", "House used as workshop", "Spraying cars next door on Sundays; the fumes come in.", "no further action", 88.0),
    Told("Lizzy", "Marsh", "waste", "BULKY", "Bulky waste, 5 items", "Two armchairs, a bed base, a desk and a freezer.", "open", 0.4, 9),
    Told("Lizzy", "Marsh", "housing", "TRANSFER", "Move nearer to family", "I look after my nan in Canal Side and the bus takes an hour each way.", "investigating", 16.8, 11, "D.WHITFIELD"),
    Told("Lizzy", "Marsh", "adults", "CAREHOME", "Care at home after hospital", "Nan came home on Friday with two visits a day; it is not enough.", "in progress", 3.9, 5, "C.PUGH"),
    Told("Lizzy", "Marsh", "cleaning", "LITTER", "Litter bin overflowing", "Outside number 5, the gulls have found it.", "fixed", 21.0, None, "", "Quay Lane"),
    Told("Lizzy", "Marsh", "parks", "PARKTREE", "Fallen branch on footpath", "Prams have to go round in the road.", "in progress", 2.9, 0.2, "", "Quay Lane"),
    Told("Steve", "Techyman", "parks", "LOST", "Bobble hat, lost on Mercer Green", "Navy, cable knit, cream bobble. Knitted for me. I only want the one thing.", "open", 5.6, 22, "", "Mercer Row"),
    Told("Steve", "Techyman", "waste", "NEWBIN", "Blue bin gone after collection", "Last seen going round the corner on its own.", "in progress", 9.1, 1),
    Told("Steve", "Techyman", "cleaning", "GULLY", "Blocked gully", "A puddle you could sail on, corner of Mercer Row.", "planned", 14.0, -2, "", "Mercer Row"),
    Told("Steve", "Techyman", "development", "PREAPP", "Pre-application advice, loft", "For the wool. It has got out of hand.", "closed", 64.0),
    Told("Steve", "Techyman", "housing", "ASB", "Loud music after midnight", "Next door, most nights. Good taste, bad hours.", "no further action", 47.0),
)  # fmt: skip

OWED: tuple[tuple[str, str, str, str, int, str, float], ...] = (
    ("Cynthia", "Okafor", "WST-GW-2627", "Garden waste, 2026/27", 3600, "success", 3.2),
    ("Cynthia", "Okafor", "BULKY", "Bulky waste, 3 items", 2200, "success", 4.2),
    ("Cynthia", "Okafor", "CT-4471902-08", "Council Tax, August instalment", 14200, "failed", 17.0),
    ("Cynthia", "Okafor", "CT-4471902-07", "Council Tax, July instalment", 14200, "success", 47.0),
    ("Cynthia", "Okafor", "PEST", "Pest control, mice", 5850, "success", 8.4),
    ("Cyril", "Okafor", "LIB-1180", "Library, lost book", 899, "success", 28.0),
    ("Cyril", "Okafor", "HOU-KEY-3402", "Key fob", 1500, "created", 0.01),
    ("Aziz", "Rahman", "ALLOT", "Allotment, Weir, half plot", 3560, "cancelled", 15.2),
    ("Aziz", "Rahman", "PRK-PITCH-77", "Pitch hire, Canal Side FC", 6400, "success", 6.3),
    ("Issi", "Rahman", "FOOD", "Food hygiene re-rating visit", 18000, "success", 11.5),
    ("Issi", "Rahman", "CT-4472288-08", "Council Tax, August instalment", 9800, "success", 16.0),
    ("Lizzy", "Marsh", "BULKY", "Bulky waste, 5 items", 3400, "created", 0.02),
    ("Lizzy", "Marsh", "WST-GW-2627-L", "Garden waste, 2026/27", 3600, "expired", 12.4),
    ("Steve", "Techyman", "HAT-0001", "Bobble hat, warm wear stall, Market Hall", 950, "success", 5.5),
    ("Steve", "Techyman", "PREAPP", "Pre-application advice", 13800, "success", 63.8),
)
"""Given, family, reference (a service code stands for that person's case), words, pence, state, age in days."""
