#pragma once

#include "sandbox/autotask/autotask_sandbox.h"
#include "sandbox/command.h"

namespace psa::sandbox {

/// Runs the simulator until the command's wait() returns. Throws like autotask::AutotaskSandbox.
void runAutotask(const Command &command, autotask::AutotaskOptions options);

} // namespace psa::sandbox
