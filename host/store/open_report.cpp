#include "host/store/open_report.h"

namespace psa::host {

std::string restoredText(const OpenReport &report)
{
    std::string text = "The store may be older than what was done with it: " + report.restored +
                       ". What had not ended, " + std::to_string(report.madeUnknown) +
                       " tickets, is looked for in the PSA before it is sent.";
    if (report.missing)
    {
        const std::string first = std::to_string(report.missing->first);
        const std::string last = std::to_string(report.missing->last);
        text += first == last ? " Ticket " + first + " was acknowledged and is missing"
                              : " Tickets " + first + " to " + last + " were acknowledged and are missing";
        text += "; look whether the PSA has what your tools handed in last, and hand in again what it does not have.";
    }
    text += " Changes of connections, tokens and alert settings from that time may be missing as well.";
    if (!report.damagedLog.empty())
        text += " The log as it was found is kept as " + report.damagedLog + ".";
    return text;
}

} // namespace psa::host
