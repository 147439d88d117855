#include "ticket_names.h"

#include "common/text.h"

namespace psa::plugins::connectwise {

const std::vector<TicketName> &ticketNames()
{
    // The board before the values that belong to it, and a type before its sub-types and their items.
    static const std::vector<TicketName> names{
        {"title", "summary", "Title"},
        {"description", "initialDescription", "Description"},
        {"company", "company", "Company"},
        {"contact", "contact", "Contact"},
        {"queue", "board", "Board", "boards"},
        {"status", "status", "Status", "statuses"},
        {"category", "type", "Type", "types"},
        {"subType", "subType", "Sub-Type", "subTypes", true},
        {"item", "item", "Item", "items", true},
        {"team", "team", "Team", "teams", true},
        {"assignee", "owner", "Owner"},
        {"device", "configurations", "Configuration"},
        {"priority", "priority", "Priority", "priorities"},
        {"source", "source", "Source", "sources", true},
        {"location", "serviceLocation", "Location", "locations", true},
        {"severity", "severity", "Severity", "", true},
        {"impact", "impact", "Impact", "", true},
        {"agreement", "agreement", "Agreement ID", "", true},
        {"dueAt", "requiredDate", "Due date"},
        {"contactName", "contactName", "Contact name", "", true},
        {"contactPhone", "contactPhoneNumber", "Contact phone", "", true},
        {"contactEmail", "contactEmailAddress", "Contact email", "", true},
        {"poNumber", "poNumber", "PO Number", "", true},
        {"internalNote", "initialInternalAnalysis", "Internal note", "", true},
        {"notify", "processNotifications", "Notify", "", true},
        {"customFields", "customFields", "Custom fields", "", true},
    };
    return names;
}

const TicketName &ticketName(std::string_view ours)
{
    return nameOf(ticketNames(), ours);
}

const TicketName *nameInError(std::string_view field)
{
    const std::string wanted = lower(trim(field.substr(0, field.find_first_of("/.["))));
    if (wanted == "contactemaillookup")
        return &ticketName("contact");
    return nameOfTheirs(ticketNames(), wanted);
}

std::string hintFor(const TicketName &name)
{
    return hintFor(name, "exist in ConnectWise, and the API member must be allowed to see it.") +
           (isOfBoard(name) ? " It belongs to a board: each board has its own." : "");
}

bool isOfBoard(const TicketName &name)
{
    const std::string_view ours = name.ours;
    return ours == "status" || ours == "category" || ours == "subType" || ours == "item" || ours == "team";
}

} // namespace psa::plugins::connectwise
