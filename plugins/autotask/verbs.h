#pragma once

#include "client.h"

#include <psa/plugin.hpp>
#include <psa/results.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins::autotask {

// What the plugin does once it is configured; a file each. They return the document that psa/plugin.h or the
// extension's header names, and throw psa::Error.

/// Could a ticket be created? Looks the zone up, proves the credentials with a read that needs no right, then reads the
/// right to create tickets and their fields.
std::string testConnection(Client &client);

/// One ticket with one changing request.
std::string createTicket(Client &client, std::string_view reference, std::string_view ticketJson);

/// Every ticket whose externalID is exactly `reference`.
std::string findTickets(Client &client, std::string_view reference);

/// One page of a list that the descriptor names.
std::string listChoices(Client &client, const psa::ChoicesQuery &wanted);

/// One ticket as Autotask has it now.
std::string readTicket(Client &client, std::string_view ticketId);

/// A row of Tickets as the host knows tickets; nothing if it has no id. The status becomes its label if `metadata` is there.
class Metadata;
std::optional<psa::Ticket> ticketOf(const Object &row, const Zone &zone, const Metadata *metadata);

} // namespace psa::plugins::autotask
