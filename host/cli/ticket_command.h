#pragma once

#include "host/cli/session.h"
#include "host/cli/ticket_decision_command.h"

#include <map>
#include <string>
#include <vector>

namespace psa::cli {

/// How long `psa-host ticket create` waits for the PSA, in seconds.
constexpr int defaultWait = 30;

/// Options of `psa-host ticket create`.
struct TicketOptions
{
    /// From flags such as --title, keyed by the request's names; blank = not given.
    std::map<std::string, std::string> values;
    std::vector<std::string> fields; ///< "name=value" for fields that only this PSA has.
    std::string file;                ///< A ticket request as JSON; "-" = standard input; flags take precedence.
    std::string key;                 ///< The same key gives the same ticket.
    bool dryRun = false;
    int wait = defaultWait; ///< For a stored connection, in seconds.
};

/// Options of `psa-host ticket list`.
struct TicketListOptions
{
    TicketFilter filter;
    std::string psaTicket; ///< The PSA's number or id of the ticket; "" = all.
    int limit = 50;
};

// Each returns an ExitCode.

/// `psa-host ticket create`, with a stored connection or one in a file.
int createTicket(const config::HostConfig &config, const SessionOptions &options, const TicketOptions &ticket,
                 const Streams &streams);
/// `psa-host ticket show --connection FILE`: as the PSA has it, by the PSA's id or, if that is empty, by reference.
int showPsaTicket(const config::HostConfig &config, const SessionOptions &options, const std::string &id,
                  const std::string &reference, const Streams &streams);

// `psa-host ticket list|show|link` of tickets in the store. `id`: the ticket's number, or its reference.

int listTickets(const config::HostConfig &config, const TicketListOptions &wanted, bool json, const Streams &streams);
int showStoredTicket(const config::HostConfig &config, const std::string &id, bool json, const Streams &streams);
int linkTicket(const config::HostConfig &config, const std::string &id, const std::string &psaId, bool json,
               const Streams &streams);
/// Prints a ticket as the API shows it, with its notes and changes if they are in it.
void printTicket(const Poco::JSON::Object &ticket, bool json, std::ostream &out);

} // namespace psa::cli
