#pragma once

#include "client.h"

#include <psa/plugin.hpp>
#include <psa/results.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins::halopsa {

/// The result of describe: everything that a host knows about this plugin. `id` and `version` are those of its build.
std::string descriptor(const std::string &id, const std::string &version);

// The verbs of the configured plugin; one source file each. They return the document named in psa/plugin.h or the
// extension's header, and throw psa::Error.

/// Checks whether a ticket could be created: signs in, counts the clients that the agent sees, then checks what else it
/// may see.
std::string testConnection(Client &client);

/// Creates one ticket with one changing request.
std::string createTicket(Client &client, std::string_view reference, std::string_view ticketJson);

/// Every ticket whose third_party_id_string is exactly `reference`, closed and deleted ones, too.
std::string findTickets(Client &client, std::string_view reference);

/// One page of a list named in the descriptor.
std::string listChoices(Client &client, const psa::ChoicesQuery &wanted);

/// One ticket in its current state.
std::string readTicket(Client &client, std::string_view ticketId);

/// What the plugin's psa.update-ticket/1 does.
std::string describeUpdates();

/// Most characters of a note's text. HaloPSA's limit is not published.
constexpr std::size_t noteMaxLength = 10000;

/// Adds one note whose last line has the reference.
std::string addNote(Client &client, std::string_view ticketId, std::string_view reference, std::string_view noteJson);

/// Every note of the ticket with exactly this reference.
std::string findNotes(Client &client, std::string_view ticketId, std::string_view reference);

/// Reads the ticket and sets what differs with one request.
std::string changeTicket(Client &client, std::string_view ticketId, std::string_view changeJson);

/// Whether people have touched the ticket since the watermark.
std::string readActivity(Client &client, std::string_view ticketId, std::string_view watermark);

/// Deletes a note that the plugin has written; one that is gone is no error.
void removeNote(Client &client, std::string_view ticketId, std::string_view noteId);

} // namespace psa::plugins::halopsa
