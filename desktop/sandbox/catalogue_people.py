"""Service areas about people and homes: Housing, Children, Adults and Public Health."""

from __future__ import annotations

from desktop.domain.cases import Datatype
from desktop.sandbox.catalogue import Area, Service, ask, say

_ACCESS = ask("ACCESS", "When can we visit?", Datatype.TEXT, hint="For example: after 15:00 on weekdays")

_HOUSING = Area(
    id="housing", name="Housing", prefix="HOU", first=2890, share=22,
    services=(
        Service(
            code="DAMP", name="Damp and mould", group="Repairs", keywords="damp, mould, condensation, health", days=10, weight=6,
            description="Damp, mould or condensation in a council home. We inspect within 10 working days.",
            questions=(
                say("SAFETY", "If anyone has trouble breathing now, call 111 or 999 first."),
                ask("ROOMS", "Which rooms?", Datatype.MULTI, "BED=Bedroom", "LIV=Living room", "KIT=Kitchen", "BATH=Bathroom", "HALL=Hall or stairs", required=True),
                ask("SEES", "What can you see or smell?", Datatype.TEXT, required=True),
                ask("SINCE", "Since when?", Datatype.DATETIME, hint="The day will do"),
                ask("RISK", "Is anyone at special risk?", Datatype.SINGLE, "NO=No", "CHILD=A child under 14", "LUNG=Asthma or lung illness", "OLD=Someone over 65", "PREG=Someone pregnant", required=True),
                _ACCESS,
            ),
            titles=("Damp and mould, bedroom {n}", "Black mould behind the wardrobe", "Mould on bathroom ceiling", "Condensation in every window", "Damp patch under kitchen sink", "Mould back after treatment"),
            stories=("Black mould has come back on the outside wall. The paint is peeling and the wall is wet to the touch.", "We wash it off every week and it returns. The heating works. My {kin} has a cough that will not go.", "Started in about {month}. There is a smell in the hall and clothes in the cupboard are spoiled.", "The extractor fan stopped working last winter and nobody came back about it."),
        ),
        Service(
            code="REPAIR", name="Repair to a council home", group="Repairs", keywords="repair, leak, heating, door, window", days=20, weight=7,
            description="Something in or on a council home that needs mending.",
            questions=(
                ask("KIND", "What needs mending?", Datatype.SINGLE, "LEAK=A leak", "HEAT=Heating or hot water", "ELEC=Electrics", "DOOR=Door or lock", "WIN=Window", "OTHER=Something else", required=True),
                ask("URGENT", "Can it wait until tomorrow?", Datatype.SINGLE, "YES=Yes", "NO=No", required=True),
                ask("CHILDREN", "How many children live there?", Datatype.NUMBER), _ACCESS,
            ),
            titles=("Leak in kitchen ceiling", "No heating, {n} children", "Front door will not lock", "Boiler losing pressure", "Gutter hanging off", "Bathroom light fizzing", "Window handle broken, bedroom {n}", "Toilet keeps running"),
            stories=("Water comes through when it rains hard. There is a bucket under it now.", "No heating since {weekday}. We have two fan heaters on and a {kin} at home.", "It has been mended twice since {month} and has gone again.", "The key turns but nothing happens. We are using the back door."),
        ),
        Service(
            code="ADAPT", name="Adaptation to a home", group="Adaptations", keywords="adaptation, shower, ramp, rails", days=60, weight=3,
            description="A change to a home so that someone can live there safely.",
            questions=(ask("WHO", "Who is it for?", required=True), ask("WHAT", "What would help?", Datatype.MULTI, "RAIL=Grab rails", "SHOWER=Walk-in shower", "RAMP=Ramp", "LIFT=Stair lift"), ask("OT", "Date seen by an occupational therapist", Datatype.DATETIME)),
            titles=("Adaptation: walk-in shower", "Adaptation: grab rails", "Adaptation: ramp to front door", "Adaptation: stair lift"),
            stories=("My {kin} can no longer step over the bath. The therapist came in {month} and agreed.", "Came home from hospital with a frame and cannot manage the front step.", "Rails by the toilet and the stairs would let me stay where I am."),
        ),
        Service(
            code="TRANSFER", name="Transfer request", group="Tenancy", keywords="transfer, overcrowding, move", days=28, weight=3,
            description="A council tenant who asks to move to another council home.",
            questions=(ask("BEDS", "Bedrooms needed", Datatype.NUMBER, required=True), ask("WHY", "Why do you need to move?", Datatype.TEXT, required=True)),
            titles=("Transfer request, {n} bedrooms", "Move nearer to family", "Transfer: cannot manage stairs", "Overcrowded: {n} children in one room"),
            stories=("There are {n} of us in two bedrooms and my {kin} does homework on the stairs.", "I look after my {kin} in {ward} and the bus takes an hour each way.", "The lift has been out since {month} and I am on the third floor."),
        ),
        Service(
            code="ASB", name="Nuisance from a neighbour", group="Tenancy", keywords="noise, nuisance, neighbour", days=15, weight=3,
            description="Noise, threats or nuisance from a neighbour in a council home.",
            questions=(ask("WHAT", "What happens?", Datatype.TEXT, required=True), ask("WHEN", "When was the last time?", Datatype.DATETIME)),
            titles=("Loud music after midnight", "Rubbish thrown from balcony", "Barking dog, all day", "Shouting on the landing"),
            stories=("Most nights since {month}. I have kept a diary and can send it.", "It started again on {weekday}. My {kin} is frightened to use the stairs.", "I have asked politely twice. 😔"),
        ),
    ),
)  # fmt: skip

_CHILDREN = Area(
    id="children", name="Children", prefix="CHI", first=690, share=9,
    services=(
        Service(
            code="TRANSPORT", name="School transport", group="Education", keywords="school, bus, taxi, SEND", days=20, weight=4,
            description="Help with getting a child to school.",
            questions=(ask("SCHOOL", "Which school?", required=True), ask("MILES", "How far is it, in miles?", Datatype.NUMBER), ask("NEED", "Why is help needed?", Datatype.SINGLE, "FAR=Distance", "SEND=Special educational needs", "LOW=Low income", required=True)),
            titles=("School transport, moved house", "School taxi late again", "Bus pass for Mercer Green School", "New route needed from {month}"),
            stories=("We moved to {street} in {month} and the old bus does not stop here.", "The taxi has come after nine on four days this half term.", "My {kin} starts at the unit and needs an escort."),
        ),
        Service(
            code="EARLY", name="Early help", group="Family support", keywords="early help, family, support", days=10, weight=4,
            description="Support for a family before things get harder.",
            questions=(ask("CHILDREN", "How many children?", Datatype.NUMBER, required=True), ask("AGES", "Their ages"), ask("HELP", "What would help?", Datatype.MULTI, "ROUTINE=Routines and sleep", "MONEY=Money", "SCHOOL=School", "CALM=Managing feelings"), ask("AGREED", "Do the parents know and agree?", Datatype.SINGLE, "YES=Yes", "NO=No", required=True)),
            titles=("Early help: bedtime and routines", "Early help: after separation", "Family support, {n} children", "Early help: school worries"),
            stories=("School suggested I ask. My {kin} will not sleep and we are all worn out.", "Since {month} it is just me. I would like someone to talk it through with.", "Health visitor said there is a group in {ward}."),
        ),
        Service(
            code="SEND", name="Education, health and care plan", group="Education", keywords="EHC, SEND, assessment", days=42, weight=2,
            description="A request to assess what a child or young person needs to learn.",
            questions=(ask("SCHOOL", "School or college", required=True), ask("BORN", "Date of birth of the child", Datatype.DATETIME, required=True)),
            titles=("EHC needs assessment", "EHC plan: yearly review", "EHC plan: change of placement"),
            stories=("The school has done two rounds of support and agrees an assessment is needed.", "The plan still says reception and my {kin} is in year 4.", "Speech therapy in the plan has not happened since {month}."),
        ),
        Service(
            code="CARELEAVER", name="Leaving care", group="Care leavers", keywords="care leaver, flat, college", days=14, weight=1,
            description="Help for a young person who leaves care.",
            questions=(ask("NEED", "What do you need?", Datatype.TEXT, required=True),),
            titles=("Leaving care: first flat", "Leaving care: college place", "Leaving care: setting-up grant"),
            stories=("I get the keys in {month} and have no bed or cooker yet.", "The college wants a letter about my bursary.", "My personal adviser left and I have not met the new one."),
        ),
    ),
)  # fmt: skip

_ADULTS = Area(
    id="adults", name="Adults", prefix="ADU", first=902, share=11,
    services=(
        Service(
            code="CARER", name="Carer's assessment", group="Carers", keywords="carer, respite, assessment", days=28, weight=4,
            description="A talk about what someone who looks after another person needs.",
            questions=(ask("HOURS", "Hours of care each week", Datatype.NUMBER, required=True), ask("WHOM", "Whom do you look after?", required=True), ask("BREAK", "When did you last have a break?", Datatype.DATETIME)),
            titles=("Carer’s assessment", "Carer’s break, {n} nights", "Young carer, aged 1{n}", "Carer’s assessment: review"),
            stories=("I look after my {kin} day and night and have not had a weekend since {month}.", "My own knees are going and I can no longer lift.", "I work part-time and worry every minute that I am out."),
        ),
        Service(
            code="OT", name="Occupational therapy", group="Living at home", keywords="OT, equipment, bathing", days=28, weight=4,
            description="Help with washing, dressing, stairs and getting about at home.",
            questions=(ask("HARD", "What is hard?", Datatype.MULTI, "BATH=Bathing", "STAIRS=Stairs", "BED=Bed or chair", "OUT=Getting out", required=True), ask("FALLS", "Falls in the last six months", Datatype.NUMBER), ask("LIVES", "Lives alone?", Datatype.SINGLE, "YES=Yes", "NO=No")),
            titles=("Bath equipment", "Second fall on the stairs", "Chair raisers and rails", "Wheelchair ramp, rented home"),
            stories=("Fell twice since {month}, luckily on carpet.", "A perching stool and a rail would let my {kin} cook again.", "The commode from the hospital was never collected."),
        ),
        Service(
            code="CAREHOME", name="Care at home", group="Living at home", keywords="home care, package, meals", days=14, weight=3,
            description="Someone to come in and help.",
            questions=(ask("VISITS", "Visits wanted each day", Datatype.NUMBER), ask("FROM", "From when?", Datatype.DATETIME, required=True), ask("NOTES", "What should the carer know?", Datatype.TEXT)),
            titles=("Care at home after hospital", "Morning visits too late", "Meals on wheels", "Care at home: more hours"),
            stories=("Discharged on {weekday} with two visits a day; it is not enough.", "The morning call comes at eleven and by then my {kin} has been up since six.", "Would like a woman to help with washing."),
        ),
        Service(
            code="BLUEBADGE", name="Blue Badge", group="Getting about", keywords="blue badge, parking", days=40, weight=3,
            description="A parking badge for a disabled person.",
            questions=(ask("KIND", "New or renewal?", Datatype.SINGLE, "NEW=New", "RENEW=Renewal", "LOST=Lost or stolen", required=True), ask("METRES", "How far can you walk, in metres?", Datatype.NUMBER)),
            titles=("Blue Badge renewal", "Blue Badge, new", "Blue Badge lost", "Blue Badge appeal"),
            stories=("My badge runs out in {month} and I cannot walk to the clinic without it.", "I can manage about {n}0 metres with a stick on a good day.", "It was in the car when the car was stolen."),
        ),
    ),
)  # fmt: skip

_HEALTH = Area(
    id="public_health", name="Public Health", prefix="PUB", first=330, share=9,
    services=(
        Service(
            code="FOOD", name="Food hygiene", group="Business", keywords="food, café, kitchen, hygiene", days=14, at_home=False, weight=3,
            description="A concern about food or a kitchen, or a business that wants advice.",
            questions=(ask("BUSINESS", "Name of the business", required=True), ask("ATE", "When did you eat there?", Datatype.DATETIME), ask("ILL", "How many were ill?", Datatype.NUMBER)),
            titles=("Food hygiene, café", "Mice seen in takeaway", "New business: advice visit", "Raw and cooked meat together", "Rating re-visit asked for"),
            stories=("{n} of us were ill the night after. We all had the chicken.", "Saw droppings on the shelf behind the till on {weekday}.", "We open in {month} and would like someone to look first."),
        ),
        Service(
            code="NOISE", name="Noise", group="Nuisance", keywords="noise, alarm, building site", days=10, at_home=False, weight=4,
            description="Noise from a business, a building site or an alarm.",
            questions=(ask("SOURCE", "Where does it come from?", required=True), ask("TIMES", "When?", Datatype.TEXT, required=True)),
            titles=("Site noise before 07:00", "Car alarm, third night", "Extractor fan at the back", "Music from the yard"),
            stories=("They start the generator at half past five, {weekday} to Saturday.", "It has gone off every two hours since {weekday}. Nobody is in.", "A low hum that you feel more than hear."),
        ),
        Service(
            code="PEST", name="Pest control", group="Pests", keywords="rats, mice, wasps, bedbugs", days=7, weight=4,
            description="Treatment for rats, mice, wasps and bedbugs. There is a charge.",
            questions=(ask("PEST", "Which pest?", Datatype.SINGLE, "RAT=Rats", "MOUSE=Mice", "WASP=Wasps", "BED=Bedbugs", "OTHER=Something else", required=True), ask("PETS", "Pets in the home?", Datatype.SINGLE, "YES=Yes", "NO=No"), ask("SEEN", "Last seen", Datatype.DATETIME)),
            titles=("Rats in the garden", "Wasps under the eaves", "Mice in kitchen", "Bedbugs, {n} rooms"),
            stories=("Seen by the bins on {weekday}, bold as you like 🐀.", "The nest is above the bedroom window and my {kin} is allergic.", "Heard in the wall since {month}."),
        ),
        Service(
            code="SMOKEFREE", name="Stop smoking", group="Healthy living", keywords="smoking, stop, health", days=10, weight=1,
            description="Help to stop smoking.",
            questions=(ask("PERDAY", "Cigarettes each day", Datatype.NUMBER),),
            titles=("Stop smoking: first talk", "Stop smoking: patches"),
            stories=("I would like to be done with it before {month}.", "My {kin} was told at the clinic that you can help."),
        ),
    ),
)  # fmt: skip

PEOPLE_AREAS = (_HOUSING, _CHILDREN, _ADULTS, _HEALTH)
