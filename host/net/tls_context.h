#pragma once

#include <Poco/Net/Context.h>

#include <filesystem>
#include <optional>

namespace psa::net {

/// A client context that verifies everything: TLS 1.2 or newer, the whole chain, the name. Poco's default contexts and
/// its certificate handlers are process-wide and any library may change them, so the host does not use them. `caFile`:
/// PEM with further authorities, for PSAs on premises. Throws std::runtime_error that names the file.
Poco::Net::Context::Ptr makeTlsContext(const std::optional<std::filesystem::path> &caFile);

} // namespace psa::net
