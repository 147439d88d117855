#pragma once

#include "host/cli/session.h"

#include <string>

namespace psa::cli {

/// The secret that an option refers to: `source` is file:/path, env:NAME, or - for a line of standard input, for which a
/// terminal shows `prompt` and no echo. `option`: for errors. Throws BadRequest, also for a secret in the clear.
std::string secretFromOption(const std::string &option, const std::string &prompt, const std::string &source,
                             const Streams &streams);

} // namespace psa::cli
