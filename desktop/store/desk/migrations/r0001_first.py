"""The first shape of desk.db, written out, so that it stays what it was."""

from __future__ import annotations

from typing import Final

from alembic.operations import Operations

SQL: Final = (
    (
        "CREATE TABLE audit ( seq INTEGER NOT NULL, at INTEGER NOT NULL, officer TEXT NOT NULL, act TEXT NOT NULL, "
        "subject TEXT NOT NULL, reason TEXT NOT NULL, link BLOB NOT NULL, PRIMARY KEY (seq) )"
    ),
    ("CREATE TABLE draft ( name TEXT NOT NULL, body BLOB NOT NULL, saved_at INTEGER NOT NULL, PRIMARY KEY (name) )"),
    (
        "CREATE TABLE edited_case ( \"key\" INTEGER NOT NULL, component TEXT DEFAULT '' NOT NULL, council TEXT "
        "DEFAULT '' NOT NULL, outside_id TEXT DEFAULT '' NOT NULL, version TEXT DEFAULT '' NOT NULL, fetched_at "
        "INTEGER DEFAULT '0' NOT NULL, asked INTEGER DEFAULT '0' NOT NULL, hash BLOB DEFAULT (x'') NOT NULL, open "
        "INTEGER DEFAULT '0' NOT NULL, opened INTEGER DEFAULT '0' NOT NULL, updated INTEGER DEFAULT '0' NOT NULL, "
        "due INTEGER DEFAULT '0' NOT NULL, reference TEXT DEFAULT '' NOT NULL, service_code TEXT DEFAULT '' NOT "
        "NULL, service_name TEXT DEFAULT '' NOT NULL, title TEXT DEFAULT '' NOT NULL, description TEXT DEFAULT '' "
        "NOT NULL, phase TEXT DEFAULT '' NOT NULL, status TEXT DEFAULT '' NOT NULL, status_note TEXT DEFAULT '' "
        "NOT NULL, uprn TEXT DEFAULT '' NOT NULL, address TEXT DEFAULT '' NOT NULL, postcode TEXT DEFAULT '' NOT "
        "NULL, ward TEXT DEFAULT '' NOT NULL, usrn TEXT DEFAULT '' NOT NULL, assignee TEXT DEFAULT '' NOT NULL, "
        "team TEXT DEFAULT '' NOT NULL, reporter_id TEXT DEFAULT '' NOT NULL, reporter TEXT DEFAULT '' NOT NULL, "
        "given TEXT DEFAULT '' NOT NULL, family TEXT DEFAULT '' NOT NULL, email TEXT DEFAULT '' NOT NULL, phone "
        "TEXT DEFAULT '' NOT NULL, identity TEXT DEFAULT '' NOT NULL, media_url TEXT DEFAULT '' NOT NULL, lat "
        'FLOAT, lon FLOAT, PRIMARY KEY ("key") )'
    ),
    ('CREATE INDEX ix_edited_case_assignee_open_due_key ON edited_case (assignee, open, due, "key")'),
    ("CREATE INDEX ix_edited_case_component_updated ON edited_case (component, updated)"),
    ("CREATE INDEX ix_edited_case_identity ON edited_case (identity)"),
    ('CREATE INDEX ix_edited_case_open_due_key ON edited_case (open, due, "key")'),
    ('CREATE INDEX ix_edited_case_open_updated_key ON edited_case (open, updated, "key")'),
    ("CREATE INDEX ix_edited_case_reference ON edited_case (reference)"),
    ("CREATE INDEX ix_edited_case_uprn ON edited_case (uprn)"),
    (
        "CREATE TABLE edited_event ( \"key\" INTEGER NOT NULL, component TEXT DEFAULT '' NOT NULL, council TEXT "
        "DEFAULT '' NOT NULL, outside_id TEXT DEFAULT '' NOT NULL, version TEXT DEFAULT '' NOT NULL, fetched_at "
        "INTEGER DEFAULT '0' NOT NULL, asked INTEGER DEFAULT '0' NOT NULL, hash BLOB DEFAULT (x'') NOT NULL, "
        "case_key INTEGER DEFAULT '0' NOT NULL, at INTEGER DEFAULT '0' NOT NULL, text TEXT DEFAULT '' NOT NULL, "
        "status TEXT DEFAULT '' NOT NULL, phase TEXT DEFAULT '' NOT NULL, author TEXT DEFAULT '' NOT NULL, "
        "media_url TEXT DEFAULT '' NOT NULL, PRIMARY KEY (\"key\") )"
    ),
    ('CREATE INDEX ix_edited_event_case_key_at_key ON edited_event (case_key, at, "key")'),
    (
        "CREATE TABLE edited_payment ( \"key\" INTEGER NOT NULL, component TEXT DEFAULT '' NOT NULL, council TEXT "
        "DEFAULT '' NOT NULL, outside_id TEXT DEFAULT '' NOT NULL, version TEXT DEFAULT '' NOT NULL, fetched_at "
        "INTEGER DEFAULT '0' NOT NULL, asked INTEGER DEFAULT '0' NOT NULL, hash BLOB DEFAULT (x'') NOT NULL, "
        "amount INTEGER DEFAULT '0' NOT NULL, refundable INTEGER DEFAULT '0' NOT NULL, refunded INTEGER DEFAULT "
        "'0' NOT NULL, created INTEGER DEFAULT '0' NOT NULL, reference TEXT DEFAULT '' NOT NULL, description TEXT "
        "DEFAULT '' NOT NULL, state TEXT DEFAULT '' NOT NULL, code TEXT DEFAULT '' NOT NULL, message TEXT DEFAULT "
        "'' NOT NULL, email TEXT DEFAULT '' NOT NULL, payer TEXT DEFAULT '' NOT NULL, identity TEXT DEFAULT '' NOT "
        "NULL, card_last_digits TEXT DEFAULT '' NOT NULL, card_brand TEXT DEFAULT '' NOT NULL, provider_id TEXT "
        "DEFAULT '' NOT NULL, next_url TEXT DEFAULT '' NOT NULL, refund_status TEXT DEFAULT '' NOT NULL, PRIMARY "
        'KEY ("key") )'
    ),
    ('CREATE INDEX ix_edited_payment_created_key ON edited_payment (created, "key")'),
    ("CREATE INDEX ix_edited_payment_identity ON edited_payment (identity)"),
    ("CREATE INDEX ix_edited_payment_reference ON edited_payment (reference)"),
    (
        'CREATE TABLE known ( "key" INTEGER NOT NULL, component TEXT NOT NULL, kind TEXT NOT NULL, outside_id TEXT '
        'DEFAULT \'\' NOT NULL, PRIMARY KEY ("key"), UNIQUE (component, kind, outside_id, "key") )'
    ),
    (
        "CREATE TABLE op ( seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, act TEXT NOT NULL, "
        'component TEXT NOT NULL, kind TEXT NOT NULL, "key" INTEGER NOT NULL, body BLOB NOT NULL, seen BLOB '
        "DEFAULT (x'') NOT NULL, version TEXT DEFAULT '' NOT NULL, made_at INTEGER NOT NULL, officer TEXT DEFAULT "
        "'' NOT NULL, offered_at INTEGER DEFAULT '0' NOT NULL, busy_until INTEGER DEFAULT '0' NOT NULL, state TEXT "
        "DEFAULT 'waiting' NOT NULL, detail BLOB DEFAULT (x'') NOT NULL, tries INTEGER DEFAULT '0' NOT NULL, "
        "last_error TEXT DEFAULT '' NOT NULL, next_try INTEGER DEFAULT '0' NOT NULL, UNIQUE (id) )"
    ),
    ('CREATE TABLE op_record ( op TEXT NOT NULL, "key" INTEGER NOT NULL, PRIMARY KEY (op, "key") )'),
    ('CREATE INDEX ix_op_record_key ON op_record ("key")'),
    ("CREATE TABLE setting ( name TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (name) )"),
    (
        "CREATE VIRTUAL TABLE edited_case_fts USING fts5(reference, title, address, reporter, "
        "content='edited_case', content_rowid='key', tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    ),
    (
        "CREATE TRIGGER edited_case_fts_insert AFTER INSERT ON edited_case BEGIN INSERT INTO "
        "edited_case_fts(rowid, reference, title, address, reporter) VALUES (new.key, new.reference, new.title, "
        "new.address, new.reporter); END"
    ),
    (
        "CREATE TRIGGER edited_case_fts_delete AFTER DELETE ON edited_case BEGIN INSERT INTO "
        "edited_case_fts(edited_case_fts, rowid, reference, title, address, reporter) VALUES ('delete', old.key, "
        "old.reference, old.title, old.address, old.reporter); END"
    ),
    (
        "CREATE TRIGGER edited_case_fts_update AFTER UPDATE OF key, reference, title, address, reporter ON "
        "edited_case WHEN old.key IS NOT new.key OR old.reference IS NOT new.reference OR old.title IS NOT "
        "new.title OR old.address IS NOT new.address OR old.reporter IS NOT new.reporter BEGIN INSERT INTO "
        "edited_case_fts(edited_case_fts, rowid, reference, title, address, reporter) VALUES ('delete', old.key, "
        "old.reference, old.title, old.address, old.reporter); INSERT INTO edited_case_fts(rowid, reference, "
        "title, address, reporter) VALUES (new.key, new.reference, new.title, new.address, new.reporter); END"
    ),
    ("CREATE VIRTUAL TABLE edited_case_geo USING rtree(key, min_lat, max_lat, min_lon, max_lon)"),
    (
        "CREATE TRIGGER edited_case_geo_insert AFTER INSERT ON edited_case BEGIN INSERT INTO edited_case_geo "
        "SELECT new.key, new.lat, new.lat, new.lon, new.lon WHERE new.lat IS NOT NULL AND new.lon IS NOT NULL; END"
    ),
    (
        "CREATE TRIGGER edited_case_geo_delete AFTER DELETE ON edited_case BEGIN DELETE FROM edited_case_geo WHERE "
        "key = old.key; END"
    ),
    (
        "CREATE TRIGGER edited_case_geo_move AFTER UPDATE OF key, lat, lon ON edited_case WHEN old.key IS NOT "
        "new.key OR old.lat IS NOT new.lat OR old.lon IS NOT new.lon BEGIN DELETE FROM edited_case_geo WHERE key = "
        "old.key; INSERT INTO edited_case_geo SELECT new.key, new.lat, new.lat, new.lon, new.lon WHERE new.lat IS "
        "NOT NULL AND new.lon IS NOT NULL; END"
    ),
    (
        "CREATE VIRTUAL TABLE edited_payment_fts USING fts5(reference, description, payer, "
        "content='edited_payment', content_rowid='key', tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    ),
    (
        "CREATE TRIGGER edited_payment_fts_insert AFTER INSERT ON edited_payment BEGIN INSERT INTO "
        "edited_payment_fts(rowid, reference, description, payer) VALUES (new.key, new.reference, new.description, "
        "new.payer); END"
    ),
    (
        "CREATE TRIGGER edited_payment_fts_delete AFTER DELETE ON edited_payment BEGIN INSERT INTO "
        "edited_payment_fts(edited_payment_fts, rowid, reference, description, payer) VALUES ('delete', old.key, "
        "old.reference, old.description, old.payer); END"
    ),
    (
        "CREATE TRIGGER edited_payment_fts_update AFTER UPDATE OF key, reference, description, payer ON "
        "edited_payment WHEN old.key IS NOT new.key OR old.reference IS NOT new.reference OR old.description IS "
        "NOT new.description OR old.payer IS NOT new.payer BEGIN INSERT INTO "
        "edited_payment_fts(edited_payment_fts, rowid, reference, description, payer) VALUES ('delete', old.key, "
        "old.reference, old.description, old.payer); INSERT INTO edited_payment_fts(rowid, reference, description, "
        "payer) VALUES (new.key, new.reference, new.description, new.payer); END"
    ),
)


def upgrade(operations: Operations) -> None:
    """Makes every table, index and trigger."""
    for statement in SQL:
        operations.execute(statement)
