#include "host/store/postgres/postgres_migrations.h"

namespace psa::store {
namespace {

// Columns and their meaning are those of host/store/sqlite/schema.cpp. Texts are compared by their bytes, as there. Changes are
// appended as further versions, see PostgresSchemaVersion.

const char *const tables1 = R"sql(

CREATE TABLE @.schema_version (
    version INTEGER PRIMARY KEY
);

CREATE TABLE @.value (
    name TEXT COLLATE "C" PRIMARY KEY,
    value BYTEA NOT NULL
);
-- Removed connections stay with present = 0, so that their tickets keep their names and keys.
CREATE TABLE @.connection (
    id BIGINT PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    present BIGINT NOT NULL,
    uid TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    plugin TEXT COLLATE "C" NOT NULL,
    configuration TEXT COLLATE "C" NOT NULL,
    defaults TEXT COLLATE "C" NOT NULL,
    sealed_data_key BYTEA NOT NULL,
    secrets_version BIGINT NOT NULL,
    key_id TEXT COLLATE "C" NOT NULL,
    paused BIGINT NOT NULL,
    pause_reason TEXT COLLATE "C" NOT NULL,
    breakers TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    test TEXT COLLATE "C" NOT NULL DEFAULT '',
    updates TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE TABLE @.sealed_field (
    connection_id BIGINT NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (connection_id, field)
);
-- What changes often. The documents are apart, so that a change of state does not write them again. The version changes
-- with every change of the ticket, its operations and its watch: two transactions that change the same ticket collide.
CREATE TABLE @.ticket (
    id BIGINT PRIMARY KEY,
    connection_id BIGINT NOT NULL,
    state BIGINT NOT NULL,
    due BIGINT,
    attempts BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    created BIGINT NOT NULL,
    run_began BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    open_since BIGINT,
    ended BIGINT,
    reference TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C",
    key_hash BIGINT,
    fingerprint TEXT COLLATE "C" NOT NULL,
    reason_code TEXT COLLATE "C" NOT NULL,
    reason_text TEXT COLLATE "C" NOT NULL,
    plugin_build TEXT COLLATE "C" NOT NULL,
    psa_id TEXT COLLATE "C" NOT NULL,
    psa_number TEXT COLLATE "C" NOT NULL,
    psa_url TEXT COLLATE "C" NOT NULL,
    recovered BIGINT NOT NULL,
    warnings TEXT COLLATE "C" NOT NULL,
    number_tries BIGINT NOT NULL DEFAULT 0,
    crashes BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE @.ticket_document (
    id BIGINT PRIMARY KEY,
    request TEXT COLLATE "C" NOT NULL,
    ticket TEXT COLLATE "C" NOT NULL
);
CREATE TABLE @.budget_bucket (
    shared_by TEXT COLLATE "C" NOT NULL,
    limit_key TEXT COLLATE "C" NOT NULL,
    length_s BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    n BIGINT NOT NULL
);
CREATE TABLE @.budget_pause (
    shared_by TEXT COLLATE "C" NOT NULL,
    limit_key TEXT COLLATE "C" NOT NULL,
    until BIGINT NOT NULL
);
CREATE TABLE @.audit (
    id BIGINT PRIMARY KEY,
    time BIGINT NOT NULL,
    who TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    connection TEXT COLLATE "C" NOT NULL,
    ticket_id BIGINT,
    detail TEXT COLLATE "C" NOT NULL
);
CREATE TABLE @.alert_episode (
    id BIGINT PRIMARY KEY,
    connection_id BIGINT NOT NULL,
    source_group TEXT COLLATE "C" NOT NULL,
    ticket_id BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    closed BIGINT,
    alerts TEXT COLLATE "C" NOT NULL
);
CREATE TABLE @.company (
    connection_id BIGINT NOT NULL,
    company TEXT COLLATE "C" NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    tries BIGINT NOT NULL,
    PRIMARY KEY (connection_id, company)
);
CREATE TABLE @.operation (
    id BIGINT PRIMARY KEY,
    ticket_id BIGINT NOT NULL,
    ticket_created BIGINT NOT NULL,
    connection_id BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    state BIGINT NOT NULL,
    due BIGINT,
    attempts BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    crashes BIGINT NOT NULL,
    created BIGINT NOT NULL,
    run_began BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    open_since BIGINT,
    ended BIGINT,
    reference TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C",
    fingerprint TEXT COLLATE "C" NOT NULL,
    who TEXT COLLATE "C" NOT NULL,
    intent TEXT COLLATE "C" NOT NULL,
    if_untouched BIGINT NOT NULL,
    merged_into BIGINT NOT NULL,
    reason_code TEXT COLLATE "C" NOT NULL,
    reason_text TEXT COLLATE "C" NOT NULL,
    plugin_build TEXT COLLATE "C" NOT NULL,
    note_id TEXT COLLATE "C" NOT NULL,
    changed_members TEXT COLLATE "C" NOT NULL,
    warnings TEXT COLLATE "C" NOT NULL,
    recovered BIGINT NOT NULL
);
CREATE TABLE @.operation_document (
    id BIGINT PRIMARY KEY,
    document TEXT COLLATE "C" NOT NULL
);
CREATE TABLE @.ticket_watch (
    ticket_id BIGINT PRIMARY KEY,
    connection_id BIGINT NOT NULL,
    due BIGINT,
    read BIGINT,
    watermark TEXT COLLATE "C" NOT NULL,
    touched TEXT COLLATE "C" NOT NULL,
    status_id TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    closed BIGINT NOT NULL,
    gone TEXT COLLATE "C" NOT NULL
);
-- The index of the text search, see search_chunk.h.
CREATE TABLE @.search_page (
    place BIGINT PRIMARY KEY,
    marks BYTEA NOT NULL
);
CREATE TABLE @.search_changed (
    ticket_id BIGINT PRIMARY KEY
);
-- Removed ones stay with present = 0, so that events can be explained and ids are not used again.
CREATE TABLE @.definition (
    id BIGINT PRIMARY KEY,
    kind BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    present BIGINT NOT NULL,
    uid TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    version BIGINT NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    secrets TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    changed BIGINT NOT NULL
);
CREATE TABLE @.definition_version (
    definition_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    time BIGINT NOT NULL,
    who TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (definition_id, version)
);
CREATE TABLE @.delivery (
    id BIGINT PRIMARY KEY,
    source_id BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    received BIGINT NOT NULL,
    state BIGINT NOT NULL,
    body_bytes BIGINT NOT NULL,
    sealed_bytes BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    digest_hash BIGINT NOT NULL,
    request TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL
);
CREATE TABLE @.delivery_body (
    id BIGINT PRIMARY KEY,
    sealed BYTEA NOT NULL
);
CREATE TABLE @.event (
    id BIGINT PRIMARY KEY,
    delivery_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    episode_id BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    received BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    severity TEXT COLLATE "C" NOT NULL,
    decision TEXT COLLATE "C" NOT NULL,
    customer TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    event_key TEXT COLLATE "C" NOT NULL
);
CREATE TABLE @.event_document (
    id BIGINT PRIMARY KEY,
    document TEXT COLLATE "C" NOT NULL,
    decision TEXT COLLATE "C" NOT NULL
);
CREATE TABLE @.episode (
    id BIGINT PRIMARY KEY,
    source_id BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    episode_key TEXT COLLATE "C" NOT NULL,
    key_hash BIGINT NOT NULL,
    episode_group TEXT COLLATE "C" NOT NULL,
    group_hash BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    occurrence TEXT COLLATE "C" NOT NULL,
    state BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    ended BIGINT,
    due BIGINT,
    parts TEXT COLLATE "C" NOT NULL,
    rule_id BIGINT NOT NULL,
    rule_version BIGINT NOT NULL,
    rule_hash BIGINT NOT NULL,
    connection TEXT COLLATE "C" NOT NULL,
    connection_uid TEXT COLLATE "C" NOT NULL,
    customer_key TEXT COLLATE "C" NOT NULL,
    ticket_id BIGINT NOT NULL,
    owns_ticket BIGINT NOT NULL,
    is_storm BIGINT NOT NULL,
    events BIGINT NOT NULL,
    document TEXT COLLATE "C" NOT NULL
);
CREATE TABLE @.event_step (
    id BIGINT PRIMARY KEY,
    episode_id BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    time BIGINT NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL
);
CREATE TABLE @.unknown_customer (
    id BIGINT PRIMARY KEY,
    source TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    n BIGINT NOT NULL,
    event_id BIGINT NOT NULL
);
CREATE TABLE @.session (
    digest TEXT COLLATE "C" PRIMARY KEY,
    token_id TEXT COLLATE "C" NOT NULL,
    began BIGINT NOT NULL,
    seen BIGINT NOT NULL
);
)sql";

const char *const indexes1 = R"sql(

CREATE SEQUENCE @.connection_id;
CREATE SEQUENCE @.ticket_id;
CREATE SEQUENCE @.audit_id;
CREATE SEQUENCE @.alert_episode_id;
CREATE SEQUENCE @.operation_id;
CREATE SEQUENCE @.definition_id;
CREATE SEQUENCE @.delivery_id;
CREATE SEQUENCE @.event_id;
CREATE SEQUENCE @.episode_id;
CREATE SEQUENCE @.event_step_id;
CREATE SEQUENCE @.unknown_customer_id;

-- The id at the end of an index is there for ORDER BY: an index of SQLite has it anyway. Without it, all rows that are due
-- are joined and sorted before the first ones are taken.
CREATE UNIQUE INDEX ticket_reference ON @.ticket (reference);
CREATE UNIQUE INDEX ticket_key ON @.ticket (connection_id, key) WHERE key IS NOT NULL;
CREATE INDEX ticket_to_send ON @.ticket (connection_id, due, id) WHERE state IN (0, 2);
CREATE INDEX ticket_to_look_for ON @.ticket (connection_id, due, id) WHERE open_since IS NOT NULL;
CREATE INDEX ticket_list ON @.ticket (connection_id, state, created, id);
CREATE INDEX ticket_ended_plain ON @.ticket (ended) WHERE ended IS NOT NULL AND key_hash IS NULL;
CREATE INDEX ticket_ended_keyed ON @.ticket (ended) WHERE ended IS NOT NULL AND key_hash IS NOT NULL;
CREATE INDEX audit_time ON @.audit (time, id);
CREATE INDEX audit_connection ON @.audit (connection, time, id) WHERE connection <> '';
CREATE INDEX audit_ticket ON @.audit (ticket_id, time, id) WHERE ticket_id IS NOT NULL;
CREATE UNIQUE INDEX alert_episode_open ON @.alert_episode (connection_id, source_group) WHERE closed IS NULL;
CREATE INDEX alert_episode_closed ON @.alert_episode (closed) WHERE closed IS NOT NULL;
CREATE INDEX ticket_without_number ON @.ticket (connection_id, number_tries, id DESC)
    WHERE state = 6 AND psa_number = '' AND number_tries < 3;
CREATE INDEX ticket_psa_id ON @.ticket (psa_id) WHERE psa_id <> '';
CREATE INDEX ticket_psa_number ON @.ticket (psa_number) WHERE psa_number <> '';
CREATE INDEX company_without_label ON @.company (connection_id) WHERE label = '' AND tries < 3;
CREATE UNIQUE INDEX operation_reference ON @.operation (reference);
CREATE UNIQUE INDEX operation_key ON @.operation (ticket_id, key) WHERE key IS NOT NULL;
CREATE INDEX operation_of_ticket ON @.operation (ticket_id, id);
CREATE INDEX operation_notable ON @.operation (ticket_id, state) WHERE ended IS NULL OR state NOT IN (6, 8);
CREATE INDEX operation_to_send ON @.operation (connection_id, due, id) WHERE state IN (0, 2) AND due IS NOT NULL;
CREATE INDEX operation_to_look_for ON @.operation (connection_id, due, id) WHERE open_since IS NOT NULL;
CREATE INDEX operation_list ON @.operation (connection_id, state, ticket_created, ticket_id, id);
CREATE INDEX ticket_watch_due ON @.ticket_watch (connection_id, due, ticket_id) WHERE due IS NOT NULL;
CREATE UNIQUE INDEX definition_name ON @.definition (kind, name) WHERE present = 1;
CREATE INDEX delivery_received ON @.delivery (received, id);
CREATE INDEX delivery_of_source ON @.delivery (source_id, received, id);
CREATE INDEX delivery_waiting ON @.delivery (source_id, received, id) WHERE state <> 0;
CREATE INDEX delivery_with_body ON @.delivery (received, id) WHERE state = 0 AND sealed_bytes > 0;
CREATE INDEX delivery_digest ON @.delivery ((received >> 18), digest_hash);
CREATE INDEX event_received ON @.event (received, id);
CREATE INDEX event_of_source ON @.event (source_id, received, id);
CREATE INDEX event_of_delivery ON @.event (delivery_id, received, id);
CREATE INDEX event_of_episode ON @.event (episode_id, received, id) WHERE episode_id <> 0;
CREATE INDEX event_of_ticket ON @.event (ticket_id, received, id) WHERE ticket_id <> 0;
CREATE INDEX event_of_customer ON @.event (lower(customer), received, id) WHERE customer <> '';
CREATE INDEX event_of_customer_id ON @.event (lower(customer_id)) WHERE customer_id <> '';
CREATE INDEX episode_by_key ON @.episode (key_hash, id);
CREATE INDEX episode_of_group ON @.episode (group_hash, id) WHERE episode_group <> '' AND state IN (0, 1);
CREATE INDEX episode_due ON @.episode (due, id) WHERE due IS NOT NULL;
CREATE INDEX episode_of_ticket ON @.episode (ticket_id, id) WHERE ticket_id <> 0;
CREATE INDEX episode_of_rule ON @.episode (rule_hash, ticket_id) WHERE owns_ticket = 1;
CREATE INDEX episode_storm ON @.episode (rule_hash) WHERE is_storm = 1 AND state = 0;
CREATE INDEX episode_over ON @.episode (seen) WHERE state <> 0;
CREATE INDEX event_step_of_episode ON @.event_step (episode_id, id) WHERE episode_id <> 0;
CREATE INDEX event_step_of_event ON @.event_step (event_id, id) WHERE event_id <> 0;
CREATE UNIQUE INDEX unknown_customer_name ON @.unknown_customer (source, customer_id, name);

)sql";

const char *const functions1 = R"sql(

CREATE FUNCTION @.json_valid(document TEXT) RETURNS BOOLEAN LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    PERFORM document::json;
    RETURN true;
EXCEPTION WHEN data_exception THEN
    RETURN false;
END $$;
-- Its JSON text. Looking for it fails where a NUL is escaped, which is therefore replaced meanwhile.
CREATE FUNCTION @.json_member(document TEXT, member TEXT) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE STRICT
PARALLEL SAFE AS $$
BEGIN
    RETURN (document::json -> member)::text;
EXCEPTION WHEN untranslatable_character THEN
    RETURN replace((replace(document, '\u0000', '\ufdd0')::json -> member)::text, '\ufdd0', '\u0000');
END $$;

-- How many tickets and operations there are, since counting a million takes too long. What each transaction adds is a row of
-- its own, so that transactions do not collide; the rows are added up now and then.
CREATE TABLE @.ticket_count_part (connection_id BIGINT NOT NULL, state BIGINT NOT NULL, n BIGINT NOT NULL);
CREATE TABLE @.operation_count_part (connection_id BIGINT NOT NULL, state BIGINT NOT NULL, n BIGINT NOT NULL);
CREATE TABLE @.source_count_part (
    source_id BIGINT NOT NULL,
    deliveries BIGINT NOT NULL,
    events BIGINT NOT NULL,
    not_understood BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    sealed_bytes BIGINT NOT NULL,
    last BIGINT
);
CREATE VIEW @.ticket_count AS SELECT connection_id, state, CAST(sum(n) AS BIGINT) AS n
    FROM @.ticket_count_part GROUP BY connection_id, state;
CREATE VIEW @.operation_count AS SELECT connection_id, state, CAST(sum(n) AS BIGINT) AS n
    FROM @.operation_count_part GROUP BY connection_id, state;
CREATE VIEW @.source_count AS SELECT source_id, CAST(sum(deliveries) AS BIGINT) AS deliveries,
    CAST(sum(events) AS BIGINT) AS events, CAST(sum(not_understood) AS BIGINT) AS not_understood,
    CAST(sum(kept) AS BIGINT) AS kept, CAST(sum(sealed_bytes) AS BIGINT) AS sealed_bytes, max(last) AS last
    FROM @.source_count_part GROUP BY source_id;

CREATE FUNCTION @.search_mark_changed(id BIGINT) RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO @.search_changed SELECT id
        WHERE id >> 11 <= (SELECT max(place) >> 32 FROM @.search_page) ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION @.ticket_counted() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO @.ticket_count_part VALUES (new.connection_id, new.state, 1);
        RETURN NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO @.ticket_count_part
            VALUES (old.connection_id, old.state, -1), (new.connection_id, new.state, 1);
        RETURN NULL;
    END IF;
    INSERT INTO @.ticket_count_part VALUES (old.connection_id, old.state, -1);
    DELETE FROM @.ticket_document WHERE ticket_document.id = old.id;
    DELETE FROM @.operation WHERE operation.ticket_id = old.id;
    DELETE FROM @.ticket_watch WHERE ticket_watch.ticket_id = old.id;
    PERFORM @.search_mark_changed(old.id);
    RETURN NULL;
END $$;
CREATE TRIGGER ticket_counted AFTER INSERT OR DELETE ON @.ticket FOR EACH ROW EXECUTE FUNCTION @.ticket_counted();
CREATE TRIGGER ticket_moved AFTER UPDATE OF state ON @.ticket FOR EACH ROW WHEN (old.state <> new.state)
    EXECUTE FUNCTION @.ticket_counted();

CREATE FUNCTION @.operation_counted() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO @.operation_count_part VALUES (new.connection_id, new.state, 1);
        RETURN NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO @.operation_count_part
            VALUES (old.connection_id, old.state, -1), (new.connection_id, new.state, 1);
        RETURN NULL;
    END IF;
    INSERT INTO @.operation_count_part VALUES (old.connection_id, old.state, -1);
    DELETE FROM @.operation_document WHERE operation_document.id = old.id;
    RETURN NULL;
END $$;
CREATE TRIGGER operation_counted AFTER INSERT OR DELETE ON @.operation FOR EACH ROW
    EXECUTE FUNCTION @.operation_counted();
CREATE TRIGGER operation_moved AFTER UPDATE OF state ON @.operation FOR EACH ROW WHEN (old.state <> new.state)
    EXECUTE FUNCTION @.operation_counted();

-- Tickets whose texts may differ from what their chunk of the search index says.
CREATE FUNCTION @.search_noted() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM @.search_mark_changed(new.id);
    RETURN NULL;
END $$;
CREATE TRIGGER search_number_changed AFTER UPDATE OF psa_number ON @.ticket FOR EACH ROW
    WHEN (old.psa_number <> new.psa_number) EXECUTE FUNCTION @.search_noted();
CREATE TRIGGER search_document_changed AFTER UPDATE ON @.ticket_document FOR EACH ROW
    EXECUTE FUNCTION @.search_noted();

CREATE FUNCTION @.delivery_counted() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO @.source_count_part VALUES (new.source_id, 1, 0, CAST(new.state = 1 AS INTEGER),
            CAST(new.state = 2 AS INTEGER), new.sealed_bytes, new.received);
        RETURN NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO @.source_count_part VALUES (new.source_id, 0, 0,
            CAST(new.state = 1 AS INTEGER) - CAST(old.state = 1 AS INTEGER),
            CAST(new.state = 2 AS INTEGER) - CAST(old.state = 2 AS INTEGER),
            new.sealed_bytes - old.sealed_bytes, NULL);
        IF new.sealed_bytes = 0 THEN
            DELETE FROM @.delivery_body WHERE delivery_body.id = new.id;
        END IF;
        RETURN NULL;
    END IF;
    INSERT INTO @.source_count_part VALUES (old.source_id, 0, 0, -CAST(old.state = 1 AS INTEGER),
        -CAST(old.state = 2 AS INTEGER), -old.sealed_bytes, NULL);
    DELETE FROM @.delivery_body WHERE delivery_body.id = old.id;
    RETURN NULL;
END $$;
CREATE TRIGGER delivery_counted AFTER INSERT OR DELETE OR UPDATE OF state, sealed_bytes ON @.delivery FOR EACH ROW
    EXECUTE FUNCTION @.delivery_counted();

CREATE FUNCTION @.event_counted() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO @.source_count_part VALUES (new.source_id, 0, 1, 0, 0, 0, NULL);
        RETURN NULL;
    END IF;
    DELETE FROM @.event_document WHERE event_document.id = old.id;
    DELETE FROM @.event_step WHERE event_step.event_id <> 0 AND event_step.event_id = old.id;
    RETURN NULL;
END $$;
CREATE TRIGGER event_counted AFTER INSERT OR DELETE ON @.event FOR EACH ROW EXECUTE FUNCTION @.event_counted();

CREATE FUNCTION @.episode_deleted() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM @.event_step WHERE event_step.episode_id <> 0 AND event_step.episode_id = old.id;
    RETURN NULL;
END $$;
CREATE TRIGGER episode_deleted AFTER DELETE ON @.episode FOR EACH ROW EXECUTE FUNCTION @.episode_deleted();

CREATE FUNCTION @.audit_is_append_only() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are never changed';
END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON @.audit FOR EACH ROW EXECUTE FUNCTION @.audit_is_append_only();

-- What the transactions of a host have changed, for the others; kept for a minute.
CREATE SEQUENCE @.store_change_id;
CREATE TABLE @.store_change (
    id BIGINT PRIMARY KEY DEFAULT nextval('@.store_change_id'),
    owner TEXT COLLATE "C" NOT NULL,
    change TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL
);

-- The number of the newest transaction of each process: whether one was committed whose answer was lost.
CREATE TABLE @.host_commit (
    owner TEXT COLLATE "C" PRIMARY KEY,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL
);

-- Hosts that share the store, and who handles what: see host/store/leases.h. Kinds are those of LeaseKind.
CREATE TABLE @.host (
    owner TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    started BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    draining BIGINT NOT NULL,
    offers TEXT COLLATE "C" NOT NULL
);
CREATE TABLE @.lease (
    kind BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    fence BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (kind, name)
);

-- Rows that transactions change which would not collide otherwise, but must.
CREATE TABLE @.collision (
    name TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL
);

)sql";

const char *const tables2 = R"sql(

-- Work of the whole fleet, by name: when it last began and was completed, and by which host.
CREATE TABLE @.duty (
    name TEXT COLLATE "C" PRIMARY KEY,
    owner TEXT COLLATE "C" NOT NULL,
    host TEXT COLLATE "C" NOT NULL,
    began BIGINT NOT NULL,
    ended BIGINT
);

-- The server's encoding is UTF-8, so that this never changes. A key may be longer than an entry of an index.
CREATE FUNCTION @.digest_of(key TEXT) RETURNS BYTEA LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT pg_catalog.sha256(pg_catalog.convert_to(key, 'UTF8'))
$$;

-- Where its API is served over the network.
ALTER TABLE @.host ADD COLUMN address TEXT COLLATE "C" NOT NULL DEFAULT '';

)sql";

/// One open episode for each key of a source. The lease of the source already allows no more.
const PostgresIndex episodeOpenKey{"episode_open_key", true,
                                   "@.episode (source_id, key_hash, @.digest_of(episode_key)) WHERE state = 0"};

/// Counts what a statement has changed in one go, since it may concern many tickets.
const char *const countsOfStatements = R"sql(

CREATE FUNCTION @.tickets_added() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO @.ticket_count_part SELECT connection_id, state, count(*) FROM added GROUP BY connection_id, state;
    RETURN NULL;
END $$;
CREATE FUNCTION @.tickets_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO @.ticket_count_part
        SELECT connection_id, state, sum(n) FROM (SELECT connection_id, state, -1 AS n FROM before
            UNION ALL SELECT connection_id, state, 1 FROM now) AS each
        GROUP BY connection_id, state HAVING sum(n) <> 0;
    INSERT INTO @.search_changed
        SELECT id FROM (SELECT id, psa_number FROM before UNION ALL SELECT id, psa_number FROM now) AS each
            WHERE id >> 11 <= (SELECT max(place) >> 32 FROM @.search_page)
            GROUP BY id HAVING min(psa_number) <> max(psa_number)
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
DROP TRIGGER ticket_counted ON @.ticket;
DROP TRIGGER ticket_moved ON @.ticket;
DROP TRIGGER search_number_changed ON @.ticket;
CREATE TRIGGER ticket_counted AFTER DELETE ON @.ticket FOR EACH ROW EXECUTE FUNCTION @.ticket_counted();
CREATE TRIGGER tickets_added AFTER INSERT ON @.ticket REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION @.tickets_added();
CREATE TRIGGER tickets_changed AFTER UPDATE ON @.ticket REFERENCING OLD TABLE AS before NEW TABLE AS now
    FOR EACH STATEMENT EXECUTE FUNCTION @.tickets_changed();

)sql";

} // namespace

const std::vector<PostgresSchemaVersion> &postgresSchemaVersions()
{
    static const std::vector<PostgresSchemaVersion> versions = {
        {std::string(tables1) + indexes1 + functions1}, {std::string(tables2) + countsOfStatements, {episodeOpenKey}}};
    return versions;
}

} // namespace psa::store
