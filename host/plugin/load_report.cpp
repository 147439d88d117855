#include "host/plugin/load_report.h"

#include "host/json/utf8.h"

namespace psa::plugin {

const char *toText(LoadState state)
{
    switch (state)
    {
    case LoadState::ready:
        return "ready";
    case LoadState::notFound:
        return "not found";
    case LoadState::untrustedPath:
        return "untrusted path";
    case LoadState::untrustedDigest:
        return "untrusted digest";
    case LoadState::notAPlugin:
        return "not a plugin";
    case LoadState::wrongArchitecture:
        return "wrong architecture";
    case LoadState::tooOld:
        return "too old";
    case LoadState::tooNew:
        return "too new";
    case LoadState::missingFunctions:
        return "missing functions";
    case LoadState::refused:
        return "refused";
    case LoadState::initFailed:
        return "init failed";
    case LoadState::crashedInProbe:
        return "crashed in probe";
    case LoadState::notLoaded:
        return "not loaded";
    case LoadState::duplicate:
        return "duplicate";
    }
    return "unknown";
}

std::string troubleOf(const LoadReport &report)
{
    std::string text = report.file + ": " + toText(report.state);
    if (!report.found.empty())
        text += ", " + report.found;
    return json::sentences(text, report.advice);
}

} // namespace psa::plugin
