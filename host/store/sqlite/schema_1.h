#pragma once

namespace psa::host {

/// Version 1 of the schema, from an empty file. Times are milliseconds since 1970; states are those of TicketState, of
/// which 0 and 2 wait to be sent, 4 waits to be looked for, and 6 and above have ended.
extern const char *const schema1;

} // namespace psa::host
