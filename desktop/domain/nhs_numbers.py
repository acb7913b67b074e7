"""NHS numbers: ten digits, the last of which checks the others (modulus 11, NHS Data Dictionary)."""

from __future__ import annotations

import re

_WEIGHTS = range(10, 1, -1)


def read_nhs_number(text: str) -> str:
    """Ten digits without spaces, or "" where it is no NHS number."""
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits):
        return ""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits[:9], strict=True))
    check = (11 - total % 11) % 11  # 10 is never issued, and is no digit
    return digits if check == int(digits[9]) else ""
