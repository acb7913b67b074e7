"""Taking a payment, and the ledger."""
