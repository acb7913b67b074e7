"""How the suites drive smtp_mail: they do not."""

EXEMPT = (
    "It speaks SMTP: the suites ask over HTTP. Its client has a suite of its own, tests/adapters/test_mail_client.py."
)
