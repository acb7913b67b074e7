"""The Components screen: what the council uses, how it fares, what it costs, and how it is set up."""
