#include "host/store/sqlite/migrations.h"

namespace psa::store {
namespace {

// What each schema version adds to the previous one; the first starts from an empty file. Times are milliseconds
// since 1970; states are those of TicketState, of which 0 and 2 wait to be sent, 4 waits to be looked up, and 6 and
// above are finished.

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

/// Alert episodes.
const char *const schema2 = R"sql(

CREATE TABLE alert_episode (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL,
    source_group TEXT NOT NULL,
    ticket_id INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    closed INTEGER,
    alerts TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX alert_episode_open ON alert_episode (connection_id, source_group) WHERE closed IS NULL;
CREATE INDEX alert_episode_closed ON alert_episode (closed) WHERE closed IS NOT NULL;

)sql";

/// Additions of 0.2.
const char *const schema3 = R"sql(

-- Tickets that are done and whose number in the PSA is still to be read, in the background; not for ever.
ALTER TABLE ticket ADD COLUMN number_tries INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ticket_without_number ON ticket (connection_id, number_tries, id DESC)
    WHERE state = 6 AND psa_number = '' AND number_tries < 3;

-- Filters. Both grow with time, so they are written at their end.
CREATE INDEX ticket_psa_id ON ticket (psa_id) WHERE psa_id <> '';
CREATE INDEX ticket_psa_number ON ticket (psa_number) WHERE psa_number <> '';

-- What the last test of a connection, as it is configured, came to.
ALTER TABLE connection ADD COLUMN test TEXT NOT NULL DEFAULT '';

-- Companies as tickets and ticket defaults name them, and what the PSA calls them; '' = not known.
CREATE TABLE company (
    connection_id INTEGER NOT NULL,
    company TEXT NOT NULL,
    label TEXT NOT NULL,
    tries INTEGER NOT NULL,
    PRIMARY KEY (connection_id, company)
) STRICT, WITHOUT ROWID;
CREATE INDEX company_without_label ON company (connection_id) WHERE label = '' AND tries < 3;
-- Of tickets, the newest: to read all documents of a large store would hold up the start.
INSERT OR IGNORE INTO company
    SELECT connection_id, company, '', 0 FROM (
        SELECT t.connection_id,
            CASE WHEN json_valid(d.ticket) THEN CAST(json_extract(d.ticket, '$.company') AS TEXT) END AS company
        FROM (SELECT id, ticket FROM ticket_document ORDER BY id DESC LIMIT 100000) d JOIN ticket t ON t.id = d.id
        UNION ALL
        SELECT id, CASE WHEN json_valid(defaults) THEN CAST(json_extract(defaults, '$.company') AS TEXT) END
        FROM connection WHERE present)
    WHERE length(company) BETWEEN 1 AND 200;

-- How many transactions were acknowledged. The row is in this table, and not in one of its own, since nearly every
-- transaction writes its page anyway; no connection has this id.
INSERT INTO ticket_count VALUES (-1, 0, 0);

-- Whether the PSA has a ticket can be open in more states than unknown. Of what was kept before, the times of tickets that
-- are unknown now still count.
ALTER TABLE ticket RENAME COLUMN first_unknown TO open_since;
UPDATE ticket SET open_since = CASE WHEN state = 4 THEN changed END WHERE open_since IS NOT NULL OR state = 4;
DROP INDEX ticket_to_look_for;
CREATE INDEX ticket_to_look_for ON ticket (connection_id, due) WHERE open_since IS NOT NULL;

-- Plugins run in processes of their own, whose end is counted by ticket.
ALTER TABLE ticket ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;
DROP TABLE plugin_call;

-- Notes and changes of tickets, like the tickets: what changes often, and the documents apart. The time of its ticket is
-- repeated so that lists of tickets find it in their order.
CREATE TABLE operation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id INTEGER NOT NULL,
    ticket_created INTEGER NOT NULL,
    connection_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    due INTEGER,
    attempts INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    crashes INTEGER NOT NULL,
    created INTEGER NOT NULL,
    run_began INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    open_since INTEGER,
    ended INTEGER,
    reference TEXT NOT NULL,
    key TEXT,
    fingerprint TEXT NOT NULL,
    who TEXT NOT NULL,
    intent TEXT NOT NULL,
    if_untouched INTEGER NOT NULL,
    merged_into INTEGER NOT NULL,
    reason_code TEXT NOT NULL,
    reason_text TEXT NOT NULL,
    plugin_build TEXT NOT NULL,
    note_id TEXT NOT NULL,
    changed_members TEXT NOT NULL,
    warnings TEXT NOT NULL,
    recovered INTEGER NOT NULL
) STRICT;
CREATE TABLE operation_document (
    id INTEGER PRIMARY KEY,
    document TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX operation_reference ON operation (reference);
CREATE UNIQUE INDEX operation_key ON operation (ticket_id, key) WHERE key IS NOT NULL;
CREATE INDEX operation_of_ticket ON operation (ticket_id);
-- What shows in its ticket, and what keeps the ticket from being deleted.
CREATE INDEX operation_notable ON operation (ticket_id, state) WHERE ended IS NULL OR state NOT IN (6, 8);
CREATE INDEX operation_to_send ON operation (connection_id, due) WHERE state IN (0, 2) AND due IS NOT NULL;
CREATE INDEX operation_to_look_for ON operation (connection_id, due) WHERE open_since IS NOT NULL;
CREATE INDEX operation_list ON operation (connection_id, state, ticket_created, ticket_id);

CREATE TABLE operation_count (
    connection_id INTEGER NOT NULL,
    state INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (connection_id, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER operation_added AFTER INSERT ON operation BEGIN
    INSERT INTO operation_count VALUES (new.connection_id, new.state, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER operation_moved AFTER UPDATE OF state ON operation WHEN old.state <> new.state BEGIN
    UPDATE operation_count SET n = n - 1 WHERE connection_id = old.connection_id AND state = old.state;
    INSERT INTO operation_count VALUES (new.connection_id, new.state, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER operation_deleted AFTER DELETE ON operation BEGIN
    UPDATE operation_count SET n = n - 1 WHERE connection_id = old.connection_id AND state = old.state;
    DELETE FROM operation_document WHERE id = old.id;
END;

-- What was last read of a ticket in the PSA.
CREATE TABLE ticket_watch (
    ticket_id INTEGER PRIMARY KEY,
    connection_id INTEGER NOT NULL,
    due INTEGER,
    read INTEGER,
    watermark TEXT NOT NULL,
    touched TEXT NOT NULL,
    status_id TEXT NOT NULL,
    status TEXT NOT NULL,
    closed INTEGER NOT NULL,
    gone TEXT NOT NULL
) STRICT;
CREATE INDEX ticket_watch_due ON ticket_watch (connection_id, due) WHERE due IS NOT NULL;

CREATE TRIGGER ticket_life_deleted AFTER DELETE ON ticket BEGIN
    DELETE FROM operation WHERE ticket_id = old.id;
    DELETE FROM ticket_watch WHERE ticket_id = old.id;
END;

-- The index of the text search, see search_chunk.h: chunk * 2^32 + mark. A chunk has 2^11 tickets and is written when it is
-- full; every chunk begins with a row for mark 0.
CREATE TABLE search_page (
    place INTEGER PRIMARY KEY,
    marks BLOB NOT NULL
) STRICT;
-- Tickets whose texts may differ from what their chunk says.
CREATE TABLE search_changed (
    ticket_id INTEGER PRIMARY KEY
) STRICT;
CREATE TRIGGER search_number_changed AFTER UPDATE OF psa_number ON ticket
WHEN old.psa_number <> new.psa_number AND new.id >> 11 <= (SELECT max(place) >> 32 FROM search_page) BEGIN
    INSERT OR IGNORE INTO search_changed VALUES (new.id);
END;
CREATE TRIGGER search_document_changed AFTER UPDATE ON ticket_document
WHEN new.id >> 11 <= (SELECT max(place) >> 32 FROM search_page) BEGIN
    INSERT OR IGNORE INTO search_changed VALUES (new.id);
END;
CREATE TRIGGER search_ticket_deleted AFTER DELETE ON ticket
WHEN old.id >> 11 <= (SELECT max(place) >> 32 FROM search_page) BEGIN
    INSERT OR IGNORE INTO search_changed VALUES (old.id);
END;

-- How the tickets of a connection are updated.
ALTER TABLE connection ADD COLUMN updates TEXT NOT NULL DEFAULT '';

-- Sources, rules, windows and customers. Removed ones stay with present = 0, so that events can be explained and ids are
-- not used again.
CREATE TABLE definition (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    present INTEGER NOT NULL,
    uid TEXT NOT NULL,
    position INTEGER NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    secrets TEXT NOT NULL,
    state TEXT NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX definition_name ON definition (kind, name) WHERE present = 1;
CREATE TABLE definition_version (
    definition_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    time INTEGER NOT NULL,
    who TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (definition_id, version)
) STRICT, WITHOUT ROWID;

-- What sources deliver. State 0 is done. The sealed bodies are apart, and erased when sealed_bytes becomes 0.
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    received INTEGER NOT NULL,
    state INTEGER NOT NULL,
    body_bytes INTEGER NOT NULL,
    sealed_bytes INTEGER NOT NULL,
    digest TEXT NOT NULL,
    digest_hash INTEGER NOT NULL,
    request TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE TABLE delivery_body (
    id INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX delivery_received ON delivery (received);
CREATE INDEX delivery_of_source ON delivery (source_id, received);
CREATE INDEX delivery_waiting ON delivery (source_id, received) WHERE state <> 0;
CREATE INDEX delivery_with_body ON delivery (received) WHERE state = 0 AND sealed_bytes > 0;
-- Digests have random places, but only among those of the same four minutes: otherwise every delivery would write a page of
-- its own in a large index.
CREATE INDEX delivery_digest ON delivery (received >> 18, digest_hash);

-- What a source has delivered. A table, since counting a million takes too long.
CREATE TABLE source_count (
    source_id INTEGER PRIMARY KEY,
    deliveries INTEGER NOT NULL,
    events INTEGER NOT NULL,
    not_understood INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    sealed_bytes INTEGER NOT NULL,
    last INTEGER
) STRICT;
CREATE TRIGGER delivery_added AFTER INSERT ON delivery BEGIN
    INSERT INTO source_count
        VALUES (new.source_id, 1, 0, new.state = 1, new.state = 2, new.sealed_bytes, new.received)
        ON CONFLICT DO UPDATE SET deliveries = deliveries + 1, not_understood = not_understood + excluded.not_understood,
            kept = kept + excluded.kept, sealed_bytes = sealed_bytes + excluded.sealed_bytes,
            last = max(ifnull(last, excluded.last), excluded.last);
END;
CREATE TRIGGER delivery_moved AFTER UPDATE OF state, sealed_bytes ON delivery BEGIN
    UPDATE source_count SET not_understood = not_understood + (new.state = 1) - (old.state = 1),
        kept = kept + (new.state = 2) - (old.state = 2), sealed_bytes = sealed_bytes + new.sealed_bytes - old.sealed_bytes
        WHERE source_id = new.source_id;
    DELETE FROM delivery_body WHERE id = new.id AND new.sealed_bytes = 0;
END;
CREATE TRIGGER delivery_deleted AFTER DELETE ON delivery BEGIN
    UPDATE source_count SET not_understood = not_understood - (old.state = 1), kept = kept - (old.state = 2),
        sealed_bytes = sealed_bytes - old.sealed_bytes WHERE source_id = old.source_id;
    DELETE FROM delivery_body WHERE id = old.id;
END;

-- Their events, and what was decided. Ids of others are 0 for none. The documents are apart, since lists look at many rows.
CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id INTEGER NOT NULL,
    source_id INTEGER NOT NULL,
    episode_id INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL,
    received INTEGER NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    decision TEXT NOT NULL,
    customer TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    title TEXT NOT NULL,
    event_key TEXT NOT NULL
) STRICT;
CREATE TABLE event_document (
    id INTEGER PRIMARY KEY,
    document TEXT NOT NULL,
    decision TEXT NOT NULL
) STRICT;
CREATE INDEX event_received ON event (received);
CREATE INDEX event_of_source ON event (source_id, received);
CREATE INDEX event_of_delivery ON event (delivery_id, received);
CREATE INDEX event_of_episode ON event (episode_id, received) WHERE episode_id <> 0;
CREATE INDEX event_of_ticket ON event (ticket_id, received) WHERE ticket_id <> 0;
CREATE INDEX event_of_customer ON event (lower(customer), received) WHERE customer <> '';
CREATE INDEX event_of_customer_id ON event (lower(customer_id)) WHERE customer_id <> '';
CREATE TRIGGER event_added AFTER INSERT ON event BEGIN
    INSERT INTO source_count VALUES (new.source_id, 0, 1, 0, 0, 0, NULL)
        ON CONFLICT DO UPDATE SET events = events + 1;
END;

-- Episodes of sources. State 0 is open, 1 stale, 2 ended. Keys and groups can be long, so hashes of them are indexed; that
-- of a rule is of the rule, the connection's uid and the customer.
CREATE TABLE episode (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    episode_key TEXT NOT NULL,
    key_hash INTEGER NOT NULL,
    episode_group TEXT NOT NULL,
    group_hash INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    occurrence TEXT NOT NULL,
    state INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    ended INTEGER,
    due INTEGER,
    parts TEXT NOT NULL,
    rule_id INTEGER NOT NULL,
    rule_version INTEGER NOT NULL,
    rule_hash INTEGER NOT NULL,
    connection TEXT NOT NULL,
    connection_uid TEXT NOT NULL,
    customer_key TEXT NOT NULL,
    ticket_id INTEGER NOT NULL,
    owns_ticket INTEGER NOT NULL,
    is_storm INTEGER NOT NULL,
    events INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX episode_by_key ON episode (key_hash);
CREATE UNIQUE INDEX episode_open_key ON episode (source_id, episode_key) WHERE state = 0;
CREATE INDEX episode_of_group ON episode (group_hash) WHERE episode_group <> '' AND state IN (0, 1);
CREATE INDEX episode_due ON episode (due) WHERE due IS NOT NULL;
CREATE INDEX episode_of_ticket ON episode (ticket_id) WHERE ticket_id <> 0;
CREATE INDEX episode_of_rule ON episode (rule_hash, ticket_id) WHERE owns_ticket = 1;
CREATE INDEX episode_storm ON episode (rule_hash) WHERE is_storm = 1 AND state = 0;
CREATE INDEX episode_over ON episode (seen) WHERE state <> 0;

-- The history of episodes and events.
CREATE TABLE event_step (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    episode_id INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL,
    time INTEGER NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX event_step_of_episode ON event_step (episode_id) WHERE episode_id <> 0;
CREATE INDEX event_step_of_event ON event_step (event_id) WHERE event_id <> 0;
CREATE TRIGGER event_deleted AFTER DELETE ON event BEGIN
    DELETE FROM event_document WHERE id = old.id;
    DELETE FROM event_step WHERE event_id <> 0 AND event_id = old.id;
END;
CREATE TRIGGER episode_deleted AFTER DELETE ON episode BEGIN
    DELETE FROM event_step WHERE episode_id <> 0 AND episode_id = old.id;
END;

CREATE TABLE unknown_customer (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    name TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    n INTEGER NOT NULL,
    event_id INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX unknown_customer_name ON unknown_customer (source, customer_id, name);

-- Browsers that are signed in.
CREATE TABLE session (
    digest TEXT PRIMARY KEY,
    token_id TEXT NOT NULL,
    began INTEGER NOT NULL,
    seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Hosts that share the store, and who handles what: see host/store/leases.h. Kinds are those of LeaseKind.
CREATE TABLE host (
    owner TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    started INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    draining INTEGER NOT NULL,
    offers TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE lease (
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    fence INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
-- When duties were last begun and completed.
CREATE TABLE duty (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    host TEXT NOT NULL,
    began INTEGER NOT NULL,
    ended INTEGER
) STRICT, WITHOUT ROWID;

-- In alert settings "otherwise" is called "default" now. Settings that cannot be read stay as they are.
WITH settings AS (
    SELECT name, CASE WHEN json_valid(CAST(value AS TEXT)) THEN CAST(value AS TEXT) ELSE '{}' END AS text FROM value
    WHERE name LIKE 'alert settings %'),
renamed AS (
    SELECT settings.name, settings.text, json_group_object(field.key,
        CASE WHEN field.type <> 'object' THEN NULL
            WHEN json_type(field.value, '$.otherwise') IS NULL THEN json(field.value)
            ELSE json_remove(json_set(field.value, '$.default', json(field.value -> '$.otherwise')),
                '$.otherwise') END) AS fields
    FROM settings, json_each(settings.text, '$.fields') AS field
    WHERE json_type(settings.text, '$.fields') = 'object'
    GROUP BY settings.name HAVING min(field.type) = 'object' AND max(field.type) = 'object')
UPDATE value SET value = CAST(json_set(renamed.text, '$.fields', json(renamed.fields)) AS BLOB)
    FROM renamed WHERE renamed.name = value.name;

)sql";

} // namespace

const std::vector<const char *> &schemaVersions()
{
    static const std::vector<const char *> versions = {schema1, schema2, schema3};
    return versions;
}

} // namespace psa::store
