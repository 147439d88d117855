#pragma once

#include "sandbox/command.h"
#include "sandbox/connectwise/connectwise_sandbox.h"

namespace psa::sandbox {

/// Runs the simulator until the command's wait() returns. Throws like connectwise::ConnectWiseSandbox.
void runConnectWise(const Command &command, connectwise::ConnectWiseOptions options);

} // namespace psa::sandbox
