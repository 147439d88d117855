#pragma once

#include "client.h"

#include <psa/plugin.hpp>
#include <psa/results.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins::autotask {

/// The result of describe: everything that a host knows about this plugin. `id` and `version` are those of its build.
std::string descriptor(const std::string &id, const std::string &version);

// The verbs of the configured plugin; one source file each. They return the document named in psa/plugin.h or the
// extension's header, and throw psa::Error.

/// Checks whether a ticket could be created: looks the zone up, verifies the credentials with a read that requires no
/// permission, then reads the permission to create tickets and their fields.
std::string testConnection(Client &client);

/// Creates one ticket with one changing request.
std::string createTicket(Client &client, std::string_view reference, std::string_view ticketJson);

/// Every ticket whose externalID is exactly `reference`.
std::string findTickets(Client &client, std::string_view reference);

/// One page of a list named in the descriptor.
std::string listChoices(Client &client, const psa::ChoicesQuery &wanted);

/// One ticket in its current state.
std::string readTicket(Client &client, std::string_view ticketId);

/// Converts a row of Tickets to the host's document; nullopt if it has no id. The status is replaced by its label if
/// `metadata` is set.
class Metadata;
std::optional<psa::Ticket> ticketOf(const Object &row, const Zone &zone, const Metadata *metadata);

} // namespace psa::plugins::autotask
