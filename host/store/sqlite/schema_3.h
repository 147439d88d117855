#pragma once

namespace psa::host {

/// Version 3 of the store file, that of 0.2: numbers and companies of tickets, and what a connection's last test came to.
extern const char *const schema3;

} // namespace psa::host
