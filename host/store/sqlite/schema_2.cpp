#include "host/store/sqlite/migrations.h"

namespace psa::store {

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

} // namespace psa::store
