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

/// What psa.update-ticket/1 does in Autotask.
std::string describeUpdates();

/// Characters in the text of a note, including the reference.
constexpr std::size_t noteLength = 32000;

/// Adds one note to a ticket with one request.
std::string addNote(Client &client, std::string_view ticketId, std::string_view reference, std::string_view noteJson);

/// Every note of the ticket with exactly `reference`.
std::string findNote(Client &client, std::string_view ticketId, std::string_view reference);

/// Reads the ticket and sets what differs with one request.
std::string changeTicket(Client &client, std::string_view ticketId, std::string_view changeJson);

/// Whether a person has touched the ticket since the watermark. One request if nothing has moved since then.
std::string ticketActivity(Client &client, std::string_view ticketId, std::string_view watermark);

class Metadata;

/// Autotask's value for notes that customers can read, or only staff; nullopt if the tenant has none that is known by
/// its label. `metadata`: the fields of notes.
std::optional<std::int64_t> publishValue(const Metadata &metadata, bool isPublic);

/// Converts a row of Tickets to the host's document; nullopt if it has no id. The status is replaced by its label if
/// `metadata` is set.
std::optional<psa::Ticket> ticketOf(const Object &row, const Zone &zone, const Metadata *metadata);

} // namespace psa::plugins::autotask
