#pragma once

#include <psa/choices.h>
#include <psa/find_ticket.h>
#include <psa/plugin.h>
#include <psa/ticket.h>
#include <psa/update_ticket.h>

#include <array>
#include <map>
#include <optional>
#include <string>

namespace psa::plugin {

/// Copies of the extension tables that a plugin offers, each complete or absent.
struct ExtensionTables
{
    std::optional<psa_find_ticket> findTicket;
    std::optional<psa_choices> choices;
    std::optional<psa_ticket> ticket;
    std::optional<psa_update_ticket> updateTicket;
};

/// The ids of the extensions that the host supports.
constexpr std::array<const char *, 4> knownExtensions{PSA_FIND_TICKET_ID, PSA_CHOICES_ID, PSA_TICKET_ID,
                                                      PSA_UPDATE_TICKET_ID};
bool isKnownExtension(const std::string &id);

/// Copies the supported tables of `offered` (the results of get_extension by id). A table that is shorter than its
/// struct, or lacks a required function, counts as not offered.
ExtensionTables copyTables(const std::map<std::string, const void *> &offered);

/// Whether copyTables() accepted the extension `id`, one of knownExtensions.
bool isWhole(const ExtensionTables &tables, const std::string &id);

/// Whether the accepted extension `id` has its optional function: remove_note of psa.update-ticket/1. False for others.
bool hasOptional(const ExtensionTables &tables, const std::string &id);

} // namespace psa::plugin
