#include "host/plugin/extension_tables.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace psa::plugin {
namespace {

template <class Table, class... Functions>
std::optional<Table> copyWhole(const std::map<std::string, const void *> &offered, const char *id,
                               Functions Table::*...functions)
{
    const auto found = offered.find(id);
    if (found == offered.end() || found->second == nullptr)
        return {};
    std::uint32_t size = 0; // a table of an older plugin may be shorter than the struct we know
    std::memcpy(&size, found->second, sizeof size);
    if (size < sizeof(Table))
        return {};
    Table table{};
    std::memcpy(&table, found->second, sizeof table);
    return ((table.*functions != nullptr) && ...) ? table : std::optional<Table>();
}

} // namespace

bool isKnownExtension(const std::string &id)
{
    return std::find(knownExtensions.begin(), knownExtensions.end(), id) != knownExtensions.end();
}

ExtensionTables copyTables(const std::map<std::string, const void *> &offered)
{
    return {copyWhole(offered, PSA_FIND_TICKET_ID, &psa_find_ticket::find),
            copyWhole(offered, PSA_CHOICES_ID, &psa_choices::list),
            copyWhole(offered, PSA_TICKET_ID, &psa_ticket::read),
            copyWhole(offered, PSA_UPDATE_TICKET_ID, &psa_update_ticket::describe, &psa_update_ticket::add_note,
                      &psa_update_ticket::find_note, &psa_update_ticket::change, &psa_update_ticket::activity)};
}

bool isWhole(const ExtensionTables &tables, const std::string &id)
{
    return (id == PSA_FIND_TICKET_ID && tables.findTicket) || (id == PSA_CHOICES_ID && tables.choices) ||
           (id == PSA_TICKET_ID && tables.ticket) || (id == PSA_UPDATE_TICKET_ID && tables.updateTicket);
}

bool hasOptional(const ExtensionTables &tables, const std::string &id)
{
    return id == PSA_UPDATE_TICKET_ID && tables.updateTicket && tables.updateTicket->remove_note != nullptr;
}

} // namespace psa::plugin
