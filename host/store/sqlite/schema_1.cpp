#include "host/store/sqlite/migrations.h"

namespace psa::store {

const char *const schema1 = R"sql(

PRAGMA application_id = 0x50534153;

-- One row. The epoch counts openings and orderly closings.
CREATE TABLE store (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    store_id TEXT NOT NULL,
    epoch INTEGER NOT NULL
) STRICT;
INSERT INTO store VALUES (1, lower(hex(randomblob(16))), 0);

CREATE TABLE value (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Removed connections stay with present = 0, so that their tickets keep their names and keys.
CREATE TABLE connection (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    present INTEGER NOT NULL,
    uid TEXT NOT NULL,
    version INTEGER NOT NULL,
    plugin TEXT NOT NULL,
    configuration TEXT NOT NULL,
    defaults TEXT NOT NULL,
    sealed_data_key BLOB NOT NULL,
    secrets_version INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    paused INTEGER NOT NULL,
    pause_reason TEXT NOT NULL,
    breakers TEXT NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
CREATE TABLE sealed_field (
    connection_id INTEGER NOT NULL,
    field TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (connection_id, field)
) STRICT, WITHOUT ROWID;

-- What changes often. The documents are apart, so that a change of state does not write them again.
CREATE TABLE ticket (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL,
    state INTEGER NOT NULL,
    due INTEGER,
    attempts INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    created INTEGER NOT NULL,
    run_began INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    first_unknown INTEGER,
    ended INTEGER,
    reference TEXT NOT NULL,
    key TEXT,
    key_hash INTEGER,
    fingerprint TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    reason_text TEXT NOT NULL,
    plugin_build TEXT NOT NULL,
    psa_id TEXT NOT NULL,
    psa_number TEXT NOT NULL,
    psa_url TEXT NOT NULL,
    recovered INTEGER NOT NULL,
    warnings TEXT NOT NULL
) STRICT;
CREATE TABLE ticket_document (
    id INTEGER PRIMARY KEY,
    request TEXT NOT NULL,
    ticket TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX ticket_reference ON ticket (reference);
-- By id and not by the hash: an index with random places would double what is written for a ticket. The keys are looked
-- up in memory, in a table made from this one when the store is opened.
CREATE INDEX ticket_key ON ticket (id, key_hash) WHERE key_hash IS NOT NULL;
CREATE INDEX ticket_to_send ON ticket (connection_id, due) WHERE state IN (0, 2);
CREATE INDEX ticket_to_look_for ON ticket (connection_id, due) WHERE state = 4;
CREATE INDEX ticket_list ON ticket (connection_id, state, created);
-- Retention. Tickets with a key stay longer.
CREATE INDEX ticket_ended_plain ON ticket (ended) WHERE ended IS NOT NULL AND key_hash IS NULL;
CREATE INDEX ticket_ended_keyed ON ticket (ended) WHERE ended IS NOT NULL AND key_hash IS NOT NULL;

-- How many tickets there are, since counting a million takes too long.
CREATE TABLE ticket_count (
    connection_id INTEGER NOT NULL,
    state INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (connection_id, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER ticket_added AFTER INSERT ON ticket BEGIN
    INSERT INTO ticket_count VALUES (new.connection_id, new.state, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER ticket_moved AFTER UPDATE OF state ON ticket WHEN old.state <> new.state BEGIN
    UPDATE ticket_count SET n = n - 1 WHERE connection_id = old.connection_id AND state = old.state;
    INSERT INTO ticket_count VALUES (new.connection_id, new.state, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER ticket_deleted AFTER DELETE ON ticket BEGIN
    UPDATE ticket_count SET n = n - 1 WHERE connection_id = old.connection_id AND state = old.state;
    DELETE FROM ticket_document WHERE id = old.id;
END;

CREATE TABLE budget_bucket (
    shared_by TEXT NOT NULL,
    limit_key TEXT NOT NULL,
    length_s INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    n INTEGER NOT NULL
) STRICT;
CREATE TABLE budget_pause (
    shared_by TEXT NOT NULL,
    limit_key TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT;

CREATE TABLE plugin_call (
    plugin TEXT NOT NULL,
    operation TEXT NOT NULL,
    deaths INTEGER NOT NULL,
    PRIMARY KEY (plugin, operation)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    connection TEXT NOT NULL,
    ticket_id INTEGER,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_time ON audit (time);
CREATE INDEX audit_connection ON audit (connection, time) WHERE connection <> '';
CREATE INDEX audit_ticket ON audit (ticket_id, time) WHERE ticket_id IS NOT NULL;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'audit entries are never changed');
END;

)sql";

} // namespace psa::store
