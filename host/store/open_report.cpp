#include "host/store/open_report.h"

namespace psa::store {

std::string restoredText(const OpenReport &report)
{
    std::string text = "The store may be older than what was sent: " + report.restored + ". The unfinished tickets (" +
                       std::to_string(report.madeUnknown) + ") are looked up in the PSA before they are sent.";
    if (report.missing)
    {
        const std::string first = std::to_string(report.missing->first);
        const std::string last = std::to_string(report.missing->last);
        text += first == last ? " Ticket " + first + " was acknowledged and is missing"
                              : " Tickets " + first + " to " + last + " were acknowledged and are missing";
        text += "; check whether the PSA has what your tools submitted last, and submit again what is missing.";
    }
    text += " Changes to connections, tokens, sources and rules from that time may be missing too.";
    if (!report.damagedLog.empty())
        text += " The log as it was found is kept in " + report.damagedLog + ".";
    return text;
}

} // namespace psa::store
