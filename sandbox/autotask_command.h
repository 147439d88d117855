#pragma once

#include "sandbox/autotask/autotask_sandbox.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace psa::sandbox {

struct AutotaskCommand
{
    AutotaskOptions options{};
    std::filesystem::path tenantFile{};
    std::filesystem::path readyFile{};
    std::vector<std::string> switches{}; ///< "name=value".
};

/// Runs the simulator until `wait` returns and says on `out` what a person needs to use it; `wait` is called once it
/// listens. Throws as AutotaskSandbox does.
void runAutotask(const AutotaskCommand &command, std::ostream &out, void (*wait)());

} // namespace psa::sandbox
