#pragma once

#include <psa/choices.h>
#include <psa/find_ticket.h>
#include <psa/ticket.h>

#include <array>
#include <map>
#include <optional>
#include <string>

namespace psa::plugin {

/// Our copies of the extensions that a plugin offers: each whole, or not there at all.
struct ExtensionTables
{
    std::optional<psa_find_ticket> findTicket;
    std::optional<psa_choices> choices;
    std::optional<psa_ticket> ticket;
};

/// The ids that the host knows what to do with.
constexpr std::array<const char *, 3> knownExtensions{PSA_FIND_TICKET_ID, PSA_CHOICES_ID, PSA_TICKET_ID};
bool isKnownExtension(const std::string &id);

/// Copies what `offered` (the answers of get_extension by id) holds of them. A table that is shorter than its struct,
/// or lacks a function, counts as not offered.
ExtensionTables copyTables(const std::map<std::string, const void *> &offered);

/// Did copyTables() take the extension `id`, one of knownExtensions?
bool isWhole(const ExtensionTables &tables, const std::string &id);

} // namespace psa::plugin
