#include "host/store/event_records.h"

namespace psa::store {

const char *toText(DefinitionKind kind)
{
    switch (kind)
    {
    case DefinitionKind::source:
        return "source";
    case DefinitionKind::rule:
        return "rule";
    case DefinitionKind::window:
        return "window";
    case DefinitionKind::customer:
        return "customer";
    }
    return "definition";
}

} // namespace psa::store
