#include "common/ticket_name.h"

#include "common/text.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace psa::plugins {

const TicketName &nameOf(const std::vector<TicketName> &names, std::string_view ours)
{
    return *std::find_if(names.begin(), names.end(), [&](const TicketName &name) { return ours == name.ours; });
}

const TicketName *nameOfTheirs(const std::vector<TicketName> &names, std::string_view theirs)
{
    const std::string wanted = lower(theirs);
    const auto found =
        std::find_if(names.begin(), names.end(), [&](const TicketName &name) { return lower(name.theirs) == wanted; });
    return found == names.end() ? nullptr : &*found;
}

std::string hintFor(const TicketName &name, const std::string &people)
{
    const std::string ours = name.ours;
    if (ours == "company" || ours == "contact")
        return "Correct the " + ours + " of the ticket: it must " + people;
    if (ours == "title" || ours == "description")
        return "Correct the text of the ticket, then retry it.";
    return std::string("Correct \"") + name.title + "\" in the ticket or in the ticket defaults, then retry it.";
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

} // namespace psa::plugins
