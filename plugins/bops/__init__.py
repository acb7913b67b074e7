"""Planning applications on BOPS, the back-office planning system of the Open Digital Planning councils."""
