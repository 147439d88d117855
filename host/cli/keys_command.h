#pragma once

#include <iosfwd>
#include <string>

namespace psa::cli {

/// `psa-host keys generate`: writes a new master key to `file` and prints what to do with it. Returns an ExitCode.
/// Throws SealError.
int generateKey(const std::string &file, std::ostream &out);

} // namespace psa::cli
