"""Environment Agency flood monitoring: flood warnings in force, flood areas and river stations near a place in England."""
