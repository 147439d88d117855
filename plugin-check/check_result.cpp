#include "plugin-check/check_result.h"

namespace psa::check {

const char *toText(Verdict verdict)
{
    switch (verdict)
    {
    case Verdict::ok:
        return "ok";
    case Verdict::warning:
        return "warning";
    case Verdict::skipped:
        return "skipped";
    case Verdict::failed:
        return "failed";
    case Verdict::timedOut:
        return "timed out";
    case Verdict::crashed:
        break;
    }
    return "crashed";
}

const char *toText(Severity severity)
{
    switch (severity)
    {
    case Severity::note:
        return "note";
    case Severity::warning:
        return "warning";
    case Severity::failure:
        break;
    }
    return "failure";
}

} // namespace psa::check
