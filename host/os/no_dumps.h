#pragma once

namespace psa::os {

/// Protects the memory of this process, which contains secrets, from core files, debuggers and other processes of the
/// same user (PR_SET_DUMPABLE and RLIMIT_CORE; both, because a core that is piped to a program ignores the limit, and a
/// child that runs another program is dumpable again). Call it first in main(). Throws std::system_error.
void forbidDumps();

} // namespace psa::os
