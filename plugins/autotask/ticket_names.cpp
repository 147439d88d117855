#include "ticket_names.h"

#include <algorithm>
#include <map>

namespace psa::plugins::autotask {
namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// The word that starts at `at`, or the one that ends before it.
std::string_view wordFrom(std::string_view text, std::size_t at)
{
    return text.substr(at, std::min(text.find_first_not_of(letters, at), text.size()) - at);
}
std::string_view wordBefore(std::string_view text, std::size_t at)
{
    const std::size_t before = text.substr(0, at).find_last_not_of(letters);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    return text.substr(begin, at - begin);
}

/// Words in the order of the text. Only at these positions is "status" the name of a field and not an ordinary word.
std::vector<std::string_view> namedWords(std::string_view text)
{
    std::map<std::size_t, std::string_view> words;
    for (const std::string_view before :
         {"does not exist for ", "Attribute '", "Required Field: ", "on field: ", "The specified ", "assign both a "})
        if (const std::size_t at = text.find(before); at != std::string_view::npos)
            words[at] = wordFrom(text, at + before.size());
    for (const std::string_view after : {" is required", ": Value ", "["})
        if (const std::size_t at = text.find(after); at != std::string_view::npos)
            words[at] = wordBefore(text, at);
    std::vector<std::string_view> ordered;
    ordered.reserve(words.size());
    for (const auto &[at, word] : words)
        ordered.push_back(word);
    return ordered;
}

} // namespace

const std::vector<TicketName> &ticketNames()
{
    static const std::vector<TicketName> names{
        {"title", "title", "Title"},
        {"description", "description", "Description"},
        {"company", "companyID", "Company"},
        {"contact", "contactID", "Contact"},
        {"queue", "queueID", "Queue ID", "queues"},
        {"category", "ticketCategory", "Ticket Category ID", "categories"},
        {"status", "status", "Status", "statuses"},
        {"priority", "priority", "Priority", "priorities"},
        {"assignee", "assignedResourceID", "Assignee"},
        {"device", "configurationItemID", "Device"},
        {"dueAt", "dueDateTime", "Due date"},
        {"source", "source", "Source", "sources", true},
        {"ticketType", "ticketType", "Ticket Type", "ticketTypes", true},
        {"issueType", "issueType", "Issue Type", "issueTypes", true},
        {"subIssueType", "subIssueType", "Sub-Issue Type", "subIssueTypes", true},
        {"workType", "billingCodeID", "Work Type", "", true},
        {"contract", "contractID", "Contract ID", "", true},
        {"userDefinedFields", "userDefinedFields", "User-defined fields", "", true},
    };
    return names;
}

const TicketName &ticketName(std::string_view ours)
{
    return nameOf(ticketNames(), ours);
}

const TicketName *nameInError(std::string_view words)
{
    for (const std::string_view word : namedWords(words))
        if (const TicketName *name = nameOfTheirs(ticketNames(), word))
            return name;
    return nullptr;
}

std::string hintFor(const TicketName &name)
{
    if (std::string_view(name.ours) == "dueAt")
        return "Set a due date (dueAt) in the ticket, or \"Due in hours\" in the ticket defaults.";
    return hintFor(name, "exist and be active in Autotask, and the API user must be allowed to see it.");
}

} // namespace psa::plugins::autotask
