#include "host/os/no_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <system_error>

namespace psa::os {

void forbidDumps()
{
    const rlimit none{0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
        throw std::system_error(errno, std::generic_category(), "core dumps cannot be disabled");
}

} // namespace psa::os
