#pragma once

namespace psa::os {

/// Keeps the memory of this process, which holds secrets, from core files, debuggers and other processes of the same user
/// (PR_SET_DUMPABLE and RLIMIT_CORE; both, since a core that is piped to a program heeds no limit, and a child that runs
/// another program is dumpable again). Call it first in main(). Throws std::system_error.
void forbidDumps();

} // namespace psa::os
