#pragma once

#include "host/cli/session.h"

#include <string>
#include <vector>

namespace psa::cli {

/// Which tickets a command is about.
struct TicketFilter
{
    std::vector<std::string> states; ///< Empty = all.
    std::string connection;          ///< "" = all.
    std::string reasonCode;          ///< Of the reason of their state; "" = all.
    std::string search;              ///< Words in title, company, key, reference or number in the PSA; "" = all.
};

/// Options of `psa-host ticket retry|discard`.
struct DecisionOptions
{
    std::vector<std::string> tickets; ///< Numbers or references.
    bool all = false;                 ///< All that the filter finds, instead of those named.
    TicketFilter filter;
    std::int64_t operation = 0; ///< A note or a change of the only ticket; 0 = the ticket itself.
    bool verifyFirst = false;   ///< Only to retry.
    std::string reason;         ///< Only to discard: for the audit log.
    bool dryRun = false;
};

// Each returns an ExitCode.

int retryTickets(const config::HostConfig &config, const DecisionOptions &options, bool json, const Streams &streams);
int discardTickets(const config::HostConfig &config, const DecisionOptions &options, bool json, const Streams &streams);

} // namespace psa::cli
