#include "host/replay/run_difference.h"

namespace psa::replay {

const char *toText(DifferenceKind kind)
{
    switch (kind)
    {
    case DifferenceKind::missingRequest:
        return "missing request";
    case DifferenceKind::extraRequest:
        return "extra request";
    case DifferenceKind::order:
        return "order";
    case DifferenceKind::method:
        return "method";
    case DifferenceKind::url:
        return "url";
    case DifferenceKind::mutates:
        return "mutates";
    case DifferenceKind::header:
        return "header";
    case DifferenceKind::body:
        return "body";
    case DifferenceKind::outcome:
        return "outcome";
    }
    return "unknown";
}

} // namespace psa::replay
