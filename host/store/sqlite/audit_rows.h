#pragma once

#include "host/store/audit_entry.h"
#include "host/store/sqlite/sqlite_context.h"

namespace psa::host {

// See StoreReader and StoreWriter.

AuditPage readAudit(SqliteContext &context, const AuditQuery &query);
std::int64_t appendAudit(SqliteContext &context, const AuditEntry &entry);
std::size_t deleteAudit(SqliteContext &context, Clock::Wall before, std::size_t max);

} // namespace psa::host
