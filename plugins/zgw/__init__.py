"""ZGW: the Dutch APIs for case work (Zaken, Catalogi, Documenten 1.x) as Open Zaak serves them."""
