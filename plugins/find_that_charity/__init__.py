"""Find that Charity: charities and other non-profit organisations of the UK, by name or registered number."""
