"""Open Referral UK: directories of services, by the Human Services Data Specification 3 and its older UK form."""
