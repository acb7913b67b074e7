"""Plain e-mail through a mail server, for councils without GOV.UK Notify."""
