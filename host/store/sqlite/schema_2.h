#pragma once

namespace psa::host {

/// Adds the episodes of alerts.
extern const char *const schema2;

} // namespace psa::host
