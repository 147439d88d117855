#pragma once

#include "host/cli/ticket_command.h"

#include <string>
#include <vector>

namespace psa::cli {

/// How long `psa-host ticket create` waits for the PSA, in seconds.
constexpr int defaultWait = 30;

/// Options of `psa-host ticket list`.
struct TicketListOptions
{
    std::vector<std::string> states; ///< Empty = all.
    std::string connection;          ///< "" = all.
    std::string psaTicket;           ///< The PSA's number or id of the ticket; "" = all.
    int limit = 50;
};

// `psa-host ticket create|list|show|retry|link|discard` for tickets in the store. `id`: the ticket's number, or its
// reference. Each returns an ExitCode.
int submitTicket(const config::HostConfig &config, const std::string &connection, const TicketOptions &ticket, int wait,
                 bool json, const Streams &streams);
int listTickets(const config::HostConfig &config, const TicketListOptions &wanted, bool json, const Streams &streams);
int showStoredTicket(const config::HostConfig &config, const std::string &id, bool json, const Streams &streams);
int retryTicket(const config::HostConfig &config, const std::string &id, bool verifyFirst, bool json,
                const Streams &streams);
int linkTicket(const config::HostConfig &config, const std::string &id, const std::string &psaId, bool json,
               const Streams &streams);
int discardTicket(const config::HostConfig &config, const std::string &id, const std::string &reason, bool json,
                  const Streams &streams);

} // namespace psa::cli
