"""Service areas about streets and places: Development, Waste, Parks and Cleaning."""

from __future__ import annotations

from desktop.domain.cases import Datatype
from desktop.sandbox.catalogue import Area, Service, ask, say

_WHERE = ask("WHERE", "Where exactly?", hint="For example: by the lamp post outside number 12")

_DEVELOPMENT = Area(
    id="development", name="Development", prefix="PLA", first=270, share=9,
    services=(
        Service(
            code="ENFORCE", name="Planning breach", group="Enforcement", keywords="planning, extension, breach", days=21, weight=3,
            description="Building work or a change of use without permission.",
            questions=(ask("WORK", "What is being built or done?", Datatype.TEXT, required=True), ask("STARTED", "When did it start?", Datatype.DATETIME), ask("HEIGHT", "Height in metres, if you can tell", Datatype.NUMBER)),
            titles=("Extension larger than plans", "House used as workshop", "Hedge replaced by {n} m fence", "Sign without permission"),
            stories=("The plans on your site show one storey and they are on the second.", "Cars are sprayed in the garage from {weekday} to Sunday.", "It was put up over the weekend in {month}."),
        ),
        Service(
            code="PREAPP", name="Pre-application advice", group="Advice", keywords="advice, planning, householder", days=30, weight=3,
            description="Advice before an application. There is a fee.",
            questions=(ask("KIND", "What do you plan?", Datatype.SINGLE, "EXT=Extension", "LOFT=Loft", "NEW=New building", "USE=Change of use", required=True), ask("SIZE", "Size in square metres", Datatype.NUMBER), ask("HERITAGE", "Is any of these true?", Datatype.MULTI, "LISTED=Listed building", "AREA=Conservation area", "TREE=Protected tree")),
            titles=("Pre-application advice, loft", "Pre-application advice, rear extension", "Advice: shop to café", "Advice: garden room"),
            stories=("A rear extension of {n} metres, brick to match. Sketch to follow.", "We would like to know whether the dormer needs permission.", "The building is older than it looks; is it listed?"),
        ),
        Service(
            code="TREE", name="Protected tree", group="Trees", keywords="TPO, tree, conservation", days=42, at_home=False, weight=2,
            description="Work to a tree that is protected.",
            questions=(ask("SPECIES", "What kind of tree?"), ask("WORK", "What work?", Datatype.TEXT, required=True), _WHERE),
            titles=("Oak with order: crown lift", "Beech, roots under drive", "Tree felled without consent"),
            stories=("The lower limbs rest on the roof when it is windy.", "A chainsaw on {weekday} morning and half of it was gone by noon.", "Surveyor asks for two metres off the east side."),
        ),
        Service(
            code="DANGER", name="Dangerous structure", group="Building control", keywords="dangerous, wall, chimney", days=1, at_home=False, weight=1,
            description="A wall, roof or chimney that may fall.",
            questions=(say("CALL", "If someone may be hurt now, call 999."), ask("WHAT", "What is dangerous?", required=True), _WHERE),
            titles=("Wall leaning over footpath", "Loose slates above shop", "Chimney pot cracked"),
            stories=("It moved when the bus went by. Children walk past to school.", "Two slates came down on {weekday}.", "Leaning more than it did in {month}."),
        ),
    ),
)  # fmt: skip

_WASTE = Area(
    id="waste", name="Waste", prefix="WST", first=10120, share=18,
    services=(
        Service(
            code="MISSED", name="Missed collection", group="Collections", keywords="missed, bin, recycling", days=2, weight=8,
            description="A bin, box or bag that was not emptied on its day.",
            questions=(ask("CONTAINER", "Which one?", Datatype.MULTI, "GREY=Grey bin", "BLUE=Blue bin", "FOOD=Food caddy", "GARDEN=Garden bin", "CLIN=Clinical bag", required=True), ask("DAY", "Which day should it have been?", Datatype.DATETIME, required=True), _WHERE),
            titles=("Missed grey bin", "Missed clinical waste", "Food caddy not emptied, {n} weeks", "Missed recycling, whole side of street", "Assisted bin not returned"),
            stories=("Out by six on {weekday}. Next door was emptied and ours was not.", "Third time since {month}. The caddy is humming.", "The crew put it back across the drive and I cannot move it with my stick."),
        ),
        Service(
            code="BULKY", name="Bulky waste", group="Collections", keywords="bulky, sofa, fridge", days=10, weight=5,
            description="Collection of large things. £22.00 for up to three, £6.00 for each more.",
            questions=(ask("ITEMS", "How many things?", Datatype.NUMBER, required=True), ask("WHAT", "What are they?", Datatype.TEXT, required=True), ask("FRIDGE", "A fridge or freezer among them?", Datatype.SINGLE, "YES=Yes", "NO=No")),
            titles=("Bulky waste, {n} items", "Bulky waste: sofa and mattress", "Bulky waste: fridge freezer", "Bulky waste not collected"),
            stories=("Sofa, mattress and an old cooker, by the gate on the day.", "Paid on {weekday} and they have not come.", "The fridge still works if someone could use it."),
        ),
        Service(
            code="NEWBIN", name="New or replacement bin", group="Containers", keywords="bin, replacement, caddy", days=10, weight=4,
            description="A bin, box or caddy that is lost, broken or needed.",
            questions=(ask("CONTAINER", "Which one?", Datatype.SINGLE, "GREY=Grey bin", "BLUE=Blue bin", "FOOD=Food caddy", "GARDEN=Garden bin", required=True), ask("REASON", "Why?", Datatype.SINGLE, "LOST=Lost", "BROKEN=Broken", "NEW=New home", "BIG=Too small")),
            titles=("Garden bin, replacement", "New grey bin, large family", "Food caddy lid broken", "Blue bin gone after collection"),
            stories=("It went into the lorry with the rubbish. The crew laughed, to be fair.", "There are {n} of us and we fill it by the weekend.", "Moved in during {month} and there was none."),
        ),
        Service(
            code="ASSIST", name="Assisted collection", group="Collections", keywords="assisted, disability, collection", days=10, weight=2,
            description="Crews fetch the bins from the door of someone who cannot move them.",
            questions=(ask("WHY", "Why is help needed?", Datatype.TEXT, required=True), ask("UNTIL", "Until when, if not for good?", Datatype.DATETIME)),
            titles=("Assisted collection", "Assisted collection, {n} months", "Assisted collection: review"),
            stories=("Broke my hip in {month}; the steps are beyond me for now.", "My {kin} used to do it and has moved away."),
        ),
    ),
)  # fmt: skip

_PARKS = Area(
    id="parks", name="Parks", prefix="PRK", first=1790, share=9,
    services=(
        Service(
            code="PLAY", name="Play area", group="Play", keywords="swing, slide, play", days=5, at_home=False, weight=4,
            description="Something broken or unsafe in a play area.",
            questions=(ask("ITEM", "What is broken?", Datatype.SINGLE, "SWING=Swing", "SLIDE=Slide", "SURFACE=Ground", "GATE=Gate or fence", "OTHER=Something else", required=True), ask("HURT", "Was anyone hurt?", Datatype.SINGLE, "YES=Yes", "NO=No", required=True)),
            titles=("Broken swing chain", "Glass under the slide", "Gate will not shut", "Roundabout grinding"),
            stories=("The chain has come off at the top and the seat hangs by one side.", "Glass again on {weekday} morning. I swept up what I could.", "Dogs get in because the gate springs open."),
        ),
        Service(
            code="PARKTREE", name="Tree in a park or street", group="Trees", keywords="tree, branch, fallen", days=14, at_home=False, weight=4,
            description="A council tree that has fallen, is damaged or is in the way.",
            questions=(ask("STATE", "What is wrong?", Datatype.SINGLE, "FALLEN=Fallen", "BRANCH=Branch down", "DEAD=Dead", "LIGHT=Blocks a light", required=True), _WHERE),
            titles=("Fallen branch on footpath", "Branch against street light", "Dead tree by the shelter", "Lime tree dripping on cars"),
            stories=("Came down in the wind on {weekday}. Prams have to go round in the road.", "You cannot see the light for leaves.", "No leaves on it since {month}."),
        ),
        Service(
            code="PARKGRAF", name="Graffiti in a park", group="Care", keywords="graffiti, paint, shelter", days=10, at_home=False, weight=2,
            description="Writing or paint in a park.",
            questions=(ask("RUDE", "Is it rude or hateful?", Datatype.SINGLE, "YES=Yes", "NO=No", required=True), ask("SQM", "About how large, in square metres?", Datatype.NUMBER)),
            titles=("Graffiti, bandstand", "Graffiti on the shelter", "Paint on war memorial"),
            stories=("All along the back, {n} metres of it.", "Not rude, but it was only painted in {month}."),
        ),
        Service(
            code="ALLOT", name="Allotment", group="Allotments", keywords="allotment, plot, waiting list", days=28, at_home=False, weight=2,
            description="Plots, the waiting list and the gates.",
            questions=(ask("SITE", "Which site?", Datatype.MULTI, "NORTH=Northgate", "MEADOW=South Meadow", "WEIR=Weir", required=True), ask("FROM", "From when?", Datatype.DATETIME)),
            titles=("Allotment {n}, overgrown", "Allotment waiting list", "Water off at Northgate plots"),
            stories=("Nobody has worked it since {month} and the brambles are coming through.", "I was number {n} on the list two years ago.", "The tap by the gate runs dry by noon."),
        ),
        Service(
            code="LOST", name="Lost in a park", group="Care", keywords="lost, found, hat, glove", days=28, at_home=False, weight=1,
            description="Something lost or found in a park.",
            questions=(ask("WHAT", "What was lost or found?", required=True), ask("WHEN", "When?", Datatype.DATETIME)),
            titles=("Umbrella left on a bench", "Child’s glove found", "Keys found by the pond"),
            stories=("On the bench by the gate, {weekday} after lunch.", "Handed to the keeper, who had no bag for it."),
        ),
    ),
)  # fmt: skip

_CLEANING = Area(
    id="cleaning", name="Cleaning", prefix="ENV", first=4620, share=13, mode="batch",
    services=(
        Service(
            code="FLYTIP", name="Fly-tipping", group="Street Scene", keywords="fly-tipping, dumped, rubbish", days=4, at_home=False, weight=7,
            description="Rubbish dumped on a street, in a lane or on open land.",
            questions=(say("CARE", "Please do not touch it: it may be sharp or poisonous."), ask("WHAT", "What is it?", Datatype.MULTI, "BAGS=Black bags", "FURN=Furniture", "WHITE=Fridge or cooker", "BUILD=Building waste", "ASB=May be asbestos", required=True), ask("SIZE", "How much?", Datatype.SINGLE, "BAG=A bag or two", "BOOT=A car boot", "VAN=A van load", "MORE=More", required=True), ask("SEEN", "When did you see it?", Datatype.DATETIME), _WHERE),
            titles=("Fly-tipping, {street} garages", "Fly-tipping behind {street}", "Mattress dumped", "Builder’s rubble on verge", "Bags by the bottle bank"),
            stories=("Came overnight on {weekday}. A white van, I did not get the number.", "Bags and a mattress, getting larger every day since {month}.", "There is a letter in it with an address on, should you want to look."),
        ),
        Service(
            code="GULLY", name="Blocked gully", group="Street Scene", keywords="gully, drain, flood", days=7, at_home=False, weight=3,
            description="A street drain that is blocked.",
            questions=(ask("DEEP", "How deep is the water, in centimetres?", Datatype.NUMBER), _WHERE),
            titles=("Blocked gully", "Road floods at the corner", "Drain full of leaves"),
            stories=("A puddle {n}0 cm deep by the school gate whenever it rains.", "Cars soak everyone at the bus stop."),
        ),
        Service(
            code="LITTER", name="Litter and bins", group="Street Scene", keywords="litter, bin, overflow, dog", days=3, at_home=False, weight=4,
            description="Litter, dog mess or a bin that is full.",
            questions=(ask("KIND", "What is it?", Datatype.SINGLE, "LITTER=Litter", "DOG=Dog mess", "BIN=Full bin", "NEEDLE=Needles", required=True), _WHERE),
            titles=("Litter bin overflowing", "Dog mess on footpath", "Broken glass on pavement", "Needles by the underpass"),
            stories=("Full since {weekday} and the gulls have found it.", "The same dog every morning, I think. 🐶", "Outside the school, please be quick."),
        ),
        Service(
            code="GRAFFITI", name="Graffiti", group="Street Scene", keywords="graffiti, paint", days=10, at_home=False, weight=2,
            description="Writing or paint on a wall, sign or box.",
            questions=(ask("RUDE", "Is it rude or hateful?", Datatype.SINGLE, "YES=Yes", "NO=No", required=True), ask("NOTE", "What does it say?", Datatype.TEXT)),
            titles=("Graffiti on bridge", "Hateful graffiti", "Graffiti on phone box"),
            stories=("As tall as a door, in silver.", "I will not repeat it. It names a family in {street}."),
        ),
        Service(
            code="ABANDON", name="Abandoned vehicle", group="Vehicles", keywords="car, abandoned, untaxed", days=10, at_home=False, weight=3,
            description="A vehicle that seems to have been left.",
            questions=(ask("REG", "Registration", hint="As on the plate"), ask("SINCE", "Since when?", Datatype.DATETIME, required=True), ask("COLOUR", "Colour and make")),
            titles=("Abandoned car", "Burnt-out moped", "Caravan left in lay-by"),
            stories=("Two flat tyres and moss on the windows. Here since {month}.", "Went up on {weekday} night; the fire service came."),
        ),
        Service(
            code="TROLLEY", name="Shopping trolley", group="Street Scene", keywords="trolley, shop, supermarket", days=14, at_home=False, weight=0, mode="blackbox",
            description="A trolley left in a street, a park or the river. A contractor of the shops collects it and tells us nothing more.",
            questions=(ask("SHOP", "Whose is it?"), ask("WATER", "Is it in water?", Datatype.SINGLE, "YES=Yes", "NO=No", required=True)),
            titles=("Shopping trolley",),
            stories=("Upside down by the weir.",),
        ),
    ),
)  # fmt: skip

PLACE_AREAS = (_DEVELOPMENT, _WASTE, _PARKS, _CLEANING)
