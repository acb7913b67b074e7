"""NHS Booking and Referral Standard (BaRS): referrals to health services, by messages of FHIR R4."""
