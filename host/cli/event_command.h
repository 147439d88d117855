#pragma once

#include "host/cli/session.h"

#include <string>

namespace psa::cli {

/// Options of `psa-host event list`. "" = all.
struct EventListOptions
{
    std::string source;
    std::string kind;
    std::string decision;
    std::string customer;
    std::string search; ///< Words that title, customer and key must have.
    std::string ticket; ///< Number of a ticket.
    int limit = 50;
};

// `psa-host event list|show|purge`. Each returns an ExitCode.
int listEvents(const config::HostConfig &config, const EventListOptions &wanted, bool json, const Streams &streams);
int showEvent(const config::HostConfig &config, const std::string &id, bool json, const Streams &streams);
/// Erases what is stored about a customer's events.
int purgeEvents(const config::HostConfig &config, const std::string &customer, bool json, const Streams &streams);

} // namespace psa::cli
