"""Names to draw from.

All people are invented; e-mail addresses end in example.org and telephone numbers lie in the ranges that Ofcom keeps
for drama (07700 900000 to 900999 and 01632 960000 to 960999).
"""

from __future__ import annotations

GIVEN = (
    "Olivia", "Amelia", "Isla", "Ava", "Mia", "Ivy", "Lily", "Freya", "Grace", "Florence", "Elsie", "Poppy",
    "Daisy", "Alice", "Ruby", "Evie", "Harriet", "Martha", "Beatrice", "Joan", "Margaret", "Dorothy", "Brenda",
    "Pauline", "Susan", "Janet", "Karen", "Tracey", "Nicola", "Joanne", "Rachel", "Gemma", "Hannah", "Lauren",
    "Shannon", "Chloe", "Noah", "Oliver", "George", "Arthur", "Leo", "Harry", "Oscar", "Archie", "Henry",
    "Theodore", "Freddie", "Jack", "Charlie", "Alfie", "Tommy", "Reuben", "Albert", "Stanley", "Ernest", "Ronald",
    "Derek", "Keith", "Alan", "Trevor", "Nigel", "Gary", "Wayne", "Darren", "Craig", "Lee", "Callum", "Connor",
    "Liam", "Jordan", "Kieran", "Aisha", "Fatima", "Maryam", "Zainab", "Noor", "Hafsa", "Yusuf", "Ibrahim", "Hamza",
    "Bilal", "Tariq", "Imran", "Priya", "Anjali", "Deepa", "Kavita", "Meera", "Rohan", "Arjun", "Sanjay", "Vikram",
    "Gurpreet", "Harpreet", "Jaspreet", "Manjit", "Chidi", "Ngozi", "Adaeze", "Emeka", "Ifeoma", "Tunde", "Kwame",
    "Abena", "Kofi", "Efua", "Mei", "Ling", "Wei", "Hiroshi", "Yuki", "Minh", "Thuy", "Agnieszka", "Katarzyna",
    "Piotr", "Tomasz", "Ioana", "Andrei", "Elena", "Marta", "Joana", "Tiago", "Rui", "Ahmed", "Samira", "Leila",
    "Omid", "Shirin", "Dariusz", "Marek", "Oksana", "Taras", "Desta", "Selam", "Marlon", "Shanice", "Delroy",
    "Winston",
)  # fmt: skip
FAMILY = (
    "Smith", "Jones", "Taylor", "Brown", "Wilson", "Evans", "Thomas", "Johnson", "Roberts", "Walker", "Wright",
    "Robinson", "Thompson", "White", "Hughes", "Edwards", "Green", "Hall", "Wood", "Harris", "Lewis", "Martin",
    "Jackson", "Clarke", "Turner", "Hill", "Scott", "Cooper", "Morris", "Ward", "Moore", "King", "Watson", "Baker",
    "Harrison", "Morgan", "Patel", "Khan", "Hussain", "Begum", "Ahmed", "Ali", "Shah", "Singh", "Kaur", "Sharma",
    "Gupta", "Mehta", "Iqbal", "Malik", "Akhtar", "Mahmood", "Okonkwo", "Adeyemi", "Eze", "Mensah", "Boateng",
    "Owusu", "Asante", "Chen", "Wong", "Li", "Zhang", "Nguyen", "Tran", "Kowalski", "Nowak", "Wisniewski",
    "Popescu", "Ionescu", "Santos", "Ferreira", "Silva", "Costa", "Petrov", "Shevchenko", "Tesfaye", "Bekele",
    "Campbell", "Grant", "Stewart", "Doyle", "Byrne", "Walsh", "Fletcher", "Ashworth", "Barraclough", "Hepworth",
    "Sykes", "Kershaw", "Oldroyd", "Thackray", "Wainwright", "Ramsbottom", "Higginbottom", "Pickles", "Lockwood",
    "Haigh", "Brearley", "Gledhill", "Hirst", "Dyson", "Crowther", "Marsh", "Hale", "Adair", "Beaumont",
    "Greenwood",
)  # fmt: skip
UNUSUAL: tuple[tuple[str, str], ...] = (
    ("Siobhán", "O'Brien"), ("Patrick", "O\N{RIGHT SINGLE QUOTATION MARK}Shea"), ("Thérèse", "D'Arcy"),
    ("Youssou", "N'Dour-Hughes"), ("Zoë", "Brontë"), ("José", "Muñoz"), ("Łukasz", "Wójcik"),
    ("Nguyễn", "Thị Hạnh"), ("Søren", "Ångström"), ("Chloé", "Lefèvre"), ("Ștefan", "Țurcanu"), ("Dvořák", "Jiří"),
    ("محمد", "الحسن"), ("فاطمة", "عبد الرحمن"), ("שרה", "לוי"), ("李", "明"), ("Олена", "Коваль"),
    ("Mary-Jane", "Fitz-William"), ("Jean-Luc", "de la Croix"), ("Siân", "ap Rhys"), ("Xi", "O"),
    ("Ò", "Nic a' Phì"), ("Null", "Nulliver"), ("=SUM", "Ofall"), ("Björk", "Guðmundsdóttir"),
    ("Anne Marie", "van der Berg"), ("T'Challa", "Okoro"),
)  # fmt: skip
"""Names that a desk must stand: apostrophes, accents, scripts from right to left, one letter, a formula, "Null"."""

OFFICERS: tuple[str, ...] = (
    "Dana Whitfield", "Priya Nair", "Tom Adeyemi", "Issi Grant", "Aziz Khan", "Sam Doyle", "Lena Brook",
    "Marcus Hepworth", "Joanne Sykes", "Farida Aslam", "Colin Thackray", "Ruth Oldroyd", "Hamish Reid",
    "Bola Akande", "Carys Pugh", "Dev Mistry", "Ewa Lis", "Gareth Moss", "Helen Fairclough", "Ishaan Rao",
    "Jude Marlow", "Kirsty Ogden", "Leon Baptiste", "Moira Kelso", "Nasreen Mirza", "Owen Tranter",
    "Paula Inchbald", "Quentin Lowe", "Rosa Delgado", "Stuart Nettleton", "Tanvi Joshi", "Una Cafferty",
    "Vera Ostrowska", "Will Hargreaves", "Xanthe Cole", "Yasmin Haddad", "Zac Burnley", "Abigail Frost",
    "Ben Otieno", "Clare Dunmore", "Dilys Vaughan", "Eddie Sharrock", "Fiona Gillespie", "Graham Pell",
    "Hilary Stott", "Ian Crabtree", "Jo Lister", "Kamal Uddin", "Liz Fothergill", "Mo Farouk", "Nina Petrova",
    "Olu Bankole", "Peter Entwistle", "Rhona Clegg", "Sunil Varma", "Tess Holroyd", "Uche Nwosu", "Viv Pemberton",
    "Wanda Zielińska", "Steve Techyman",
)  # fmt: skip
