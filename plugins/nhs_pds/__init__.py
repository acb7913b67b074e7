"""NHS Personal Demographics Service: people of England, Wales and the Isle of Man by NHS number or particulars."""
