#include "ticket_names.h"

#include "common/text.h"

#include <array>

namespace psa::plugins::halopsa {
namespace {

/// Words of HaloPSA's messages, and the field that they mean. Longer ones come before those that they contain.
struct Mention
{
    const char *words;
    const char *ours;
};

constexpr std::array<Mention, 29> mentions{{{"tickettype_id", "ticketType"},
                                            {"ticket type", "ticketType"},
                                            {"request type", "ticketType"},
                                            {"category_1", "category"},
                                            {"category 1", "category"},
                                            {"category_2", "category2"},
                                            {"category 2", "category2"},
                                            {"category_3", "category3"},
                                            {"category 3", "category3"},
                                            {"category_4", "category4"},
                                            {"category 4", "category4"},
                                            {"category", "category"},
                                            {"customfield", "customFields"},
                                            {"custom field", "customFields"},
                                            {"client", "company"},
                                            {"customer", "company"},
                                            {"site", "site"},
                                            {"user", "contact"},
                                            {"status", "status"},
                                            {"priority", "priority"},
                                            {"agent", "assignee"},
                                            {"team", "queue"},
                                            {"asset", "device"},
                                            {"deadline", "dueAt"},
                                            {"summary", "title"},
                                            {"subject", "title"},
                                            {"details", "description"},
                                            {"description", "description"},
                                            {"outcome", "outcome"}}};

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Where `words` stands in `text`, not inside of another word; npos if it does not.
std::size_t wordAt(const std::string &text, std::string_view words)
{
    for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
        if (at == 0 || !isLetter(text[at - 1]))
            return at;
    return std::string::npos;
}

} // namespace

const std::vector<TicketName> &ticketNames()
{
    // The ticket type before the values that belong to it.
    static const std::vector<TicketName> names{
        {"title", "summary", "Title"},
        {"description", "details", "Description"},
        {"ticketType", "tickettype_id", "Ticket type", "ticketTypes", true},
        {"company", "client_id", "Client"},
        {"site", "site_id", "Site", "", true},
        {"contact", "user_id", "User"},
        {"status", "status_id", "Status", "statuses"},
        {"priority", "priority_id", "Priority", "priorities"},
        {"queue", "team", "Team", "teams"},
        {"category", "category_1", "Category 1", "categories"},
        {"category2", "category_2", "Category 2", "categories2", true},
        {"category3", "category_3", "Category 3", "categories3", true},
        {"category4", "category_4", "Category 4", "categories4", true},
        {"assignee", "agent_id", "Agent", "agents"},
        {"device", "assets", "Asset"},
        {"dueAt", "deadlinedate", "Deadline"},
        {"customFields", "customfields", "Custom fields", "", true},
    };
    return names;
}

const TicketName &ticketName(std::string_view ours)
{
    return nameOf(ticketNames(), ours);
}

const TicketName *nameInError(const std::string &words)
{
    const std::string text = lower(words);
    const Mention *first = nullptr;
    std::size_t earliest = std::string::npos;
    for (const Mention &mention : mentions)
        if (const std::size_t at = wordAt(text, mention.words); at < earliest)
        {
            earliest = at;
            first = &mention;
        }
    for (const TicketName &name : ticketNames())
        if (first != nullptr && std::string_view(name.ours) == first->ours)
            return &name;
    return nullptr; // "outcome" is not a field of a ticket.
}

std::string hintFor(const TicketName &name)
{
    return hintFor(name, "exist in HaloPSA, and the agent of the application must be allowed to see it.");
}

bool isOfType(const TicketName &name)
{
    const std::string_view ours = name.ours;
    return ours == "status" || ours == "priority";
}

unsigned categoryNumber(const TicketName &name)
{
    constexpr std::string_view prefix = "category_";
    const std::string_view theirs = name.theirs;
    return theirs.substr(0, prefix.size()) == prefix ? static_cast<unsigned>(theirs.back() - '0') : 0;
}

} // namespace psa::plugins::halopsa
