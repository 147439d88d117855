#include "host/config/sections.h"

namespace psa::config {

store::StoreConfig readStore(TomlReader &reader)
{
    store::StoreConfig config;
    const toml::table *store = reader.table(reader.root(), "store");
    if (store == nullptr)
        return config;
    constexpr int most = 3650;
    reader.refuseUnknown(*store, "[store]", {"folder", "keep_tickets_days", "keep_audit_days"});
    config.folder = reader.path(*store, "folder").value_or(config.folder);
    // A key must remain known for a month after its ticket, and is deleted with it.
    config.keepTickets =
        std::chrono::days(reader.number(*store, "keep_tickets_days", 30, most).value_or(config.keepTickets.count()));
    config.keepAudit =
        std::chrono::days(reader.number(*store, "keep_audit_days", 1, most).value_or(config.keepAudit.count()));
    return config;
}

} // namespace psa::config
