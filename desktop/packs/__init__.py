"""Service packs: a council's own bits as data. Calendars and deadlines, pure: no files, no network, no clock of their own."""
