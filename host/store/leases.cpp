#include "host/store/leases.h"

namespace psa::store {

const char *toText(LeaseKind kind)
{
    switch (kind)
    {
    case LeaseKind::connection:
        return "connection";
    case LeaseKind::source:
        return "source";
    case LeaseKind::duty:
        return "duty";
    case LeaseKind::quota:
        return "quota";
    }
    return "unknown";
}

} // namespace psa::store
