#include "common/ticket_name.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace plugins {

const TicketName &nameOf(const std::vector<TicketName> &names, std::string_view ours)
{
    return *std::find_if(names.begin(), names.end(), [&](const TicketName &name) { return ours == name.ours; });
}

std::vector<TicketName> pickListNames(const std::vector<TicketName> &names)
{
    std::vector<TicketName> some;
    std::copy_if(names.begin(), names.end(), std::back_inserter(some),
                 [](const TicketName &name) { return !std::string_view(name.list).empty(); });
    return some;
}

psa::Error invalidField(const std::string &field, const std::string &message, const std::string &hint)
{
    psa::Error error(PSA_INVALID_TICKET, message);
    error.field(field).hint(hint);
    return error;
}

} // namespace plugins
