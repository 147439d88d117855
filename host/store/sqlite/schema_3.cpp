#include "host/store/sqlite/migrations.h"

namespace psa::store {

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

-- In alert settings "otherwise" is called "default" now. Settings that cannot be read stay as they are.
WITH settings AS (
    SELECT name, CASE WHEN json_valid(CAST(value AS TEXT)) THEN CAST(value AS TEXT) ELSE '{}' END AS text FROM value
    WHERE name LIKE 'alert settings %'),
renamed AS (
    SELECT settings.name, settings.text, json_group_object(field.key,
        CASE WHEN field.type <> 'object' THEN NULL
            WHEN json_type(field.value, '$.otherwise') IS NULL THEN json(field.value)
            ELSE json_remove(json_set(field.value, '$.default', json_extract(field.value, '$.otherwise')),
                '$.otherwise') END) AS fields
    FROM settings, json_each(settings.text, '$.fields') AS field
    GROUP BY settings.name HAVING min(field.type) = 'object' AND max(field.type) = 'object')
UPDATE value SET value = CAST(json_set(renamed.text, '$.fields', json(renamed.fields)) AS BLOB)
    FROM renamed WHERE renamed.name = value.name;

)sql";

} // namespace psa::store
