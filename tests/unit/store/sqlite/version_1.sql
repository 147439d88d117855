-- A store as schema version 1 wrote it. Never changed: it is what operators have.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE store (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    store_id TEXT NOT NULL,
    epoch INTEGER NOT NULL
) STRICT;
INSERT INTO store VALUES(1,'438e8b3ebfe7a0a3cebf86a6c95cc2f3',2);
CREATE TABLE value (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO value VALUES('keyring',X'63616e617279');
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
INSERT INTO connection VALUES(1,'acme',1,'c0ffee',1,'acme@1.0','{"url":"https://psa.example"}','{"queue":"Alerts"}',X'64617461206b6579',3,'k1',0,'','',1767225600000,1767225600000);
CREATE TABLE sealed_field (
    connection_id INTEGER NOT NULL,
    field TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (connection_id, field)
) STRICT, WITHOUT ROWID;
INSERT INTO sealed_field VALUES(1,'password',X'7365616c6564');
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
INSERT INTO ticket VALUES(1,1,6,NULL,1,2,1767225600000,1767225600000,1767225600000,NULL,1767225600000,'REF-1','alert-1',-2189440105255265807,'f1','created','created','acme@1.0','4711','T20260101.0001','https://psa.example/4711',0,'["title clipped"]');
INSERT INTO ticket VALUES(2,1,0,1767225600000,0,0,1767225600000,1767225600000,1767225600000,NULL,NULL,'REF-2',NULL,NULL,'f1','','','','','','',0,'');
CREATE TABLE ticket_document (
    id INTEGER PRIMARY KEY,
    request TEXT NOT NULL,
    ticket TEXT NOT NULL
) STRICT;
INSERT INTO ticket_document VALUES(1,'{"title":"one"}','{"title":"one","queue":"Alerts"}');
INSERT INTO ticket_document VALUES(2,'{"title":"one"}','{"title":"one","queue":"Alerts"}');
CREATE TABLE ticket_count (
    connection_id INTEGER NOT NULL,
    state INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (connection_id, state)
) STRICT, WITHOUT ROWID;
INSERT INTO ticket_count VALUES(1,0,1);
INSERT INTO ticket_count VALUES(1,1,0);
INSERT INTO ticket_count VALUES(1,6,1);
CREATE TABLE budget_bucket (
    shared_by TEXT NOT NULL,
    limit_key TEXT NOT NULL,
    length_s INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    n INTEGER NOT NULL
) STRICT;
INSERT INTO budget_bucket VALUES('acme','',60,1767225660000,1);
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
INSERT INTO plugin_call VALUES('acme','test',1);
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    connection TEXT NOT NULL,
    ticket_id INTEGER,
    detail TEXT NOT NULL
) STRICT;
INSERT INTO audit VALUES(1,1767225600000,'delivery','ticket.attempt','acme',1,'{}');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('ticket',2);
INSERT INTO sqlite_sequence VALUES('audit',1);
CREATE UNIQUE INDEX ticket_reference ON ticket (reference);
CREATE INDEX ticket_key ON ticket (id, key_hash) WHERE key_hash IS NOT NULL;
CREATE INDEX ticket_to_send ON ticket (connection_id, due) WHERE state IN (0, 2);
CREATE INDEX ticket_to_look_for ON ticket (connection_id, due) WHERE state = 4;
CREATE INDEX ticket_list ON ticket (connection_id, state, created);
CREATE INDEX ticket_ended_plain ON ticket (ended) WHERE ended IS NOT NULL AND key_hash IS NULL;
CREATE INDEX ticket_ended_keyed ON ticket (ended) WHERE ended IS NOT NULL AND key_hash IS NOT NULL;
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
CREATE INDEX audit_time ON audit (time);
CREATE INDEX audit_connection ON audit (connection, time) WHERE connection <> '';
CREATE INDEX audit_ticket ON audit (ticket_id, time) WHERE ticket_id IS NOT NULL;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'audit entries are never changed');
END;
COMMIT;
PRAGMA application_id = 0x50534153;
PRAGMA user_version = 1;
