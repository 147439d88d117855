#pragma once

#include <iosfwd>
#include <string>

namespace psa::cli {

/// `psa-host keys generate`: writes a new master key to `file` and says what to do with it. Returns an ExitCode.
/// Throws SealError.
int generateKey(const std::string &file, std::ostream &out);

} // namespace psa::cli
