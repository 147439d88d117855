#include "ticket_row.h"
#include "verbs.h"

#include "common/text.h"

#include <algorithm>
#include <map>
#include <set>

namespace psa::plugins::halopsa {
namespace {

constexpr const char *referenceField = "third_party_id_string";
constexpr const char *searchRequest = "GET /api/Tickets";
constexpr unsigned pageRows = 50;
constexpr unsigned maxSearchPages = 10;
/// Tickets that are read one by one where a list lacks the reference.
constexpr unsigned maxReads = 20;

/// A search whose "none" must be certain. HaloPSA ignores conditions that it does not know, and then returns everything,
/// so each ticket counts only by its own value.
class ReferenceSearch
{
public:
    ReferenceSearch(Client &client, std::string reference) : client_(client), reference_(std::move(reference)) {}

    std::vector<psa::Ticket> find()
    {
        // One list has either the deleted tickets or the others.
        for (const char *deleted : {"false", "true"})
            if (found_.empty())
                walk(deleted);
        std::vector<psa::Ticket> tickets;
        for (const auto &[id, ticket] : found_)
            tickets.push_back(ticket);
        return tickets;
    }

private:
    /// What was read of one list.
    struct Seen
    {
        std::set<std::int64_t> ids;
        std::int64_t count = -1; ///< As HaloPSA says; -1 = it does not.
        std::size_t lastRows = 0;
        bool repeated = false; ///< A ticket was on two pages.

        std::int64_t known() const { return static_cast<std::int64_t>(ids.size()); }
        /// No further page is expected.
        bool isAtEnd() const { return lastRows == 0 || (count >= 0 ? known() >= count : lastRows < pageRows); }
        /// Tickets can move between pages while they are read.
        bool isWhole() const { return count >= 0 ? known() >= count : !repeated && lastRows < pageRows; }
    };

    void walk(const std::string &deleted);
    void readPage(const std::string &deleted, unsigned page);
    void requireWhole() const;
    void look(const Object &row);
    bool hasReference(const Object &row);
    static psa::Error unclear(const std::string &why)
    {
        return unclearSearch(thePsa, std::string(searchRequest) + ": " + why);
    }

    Client &client_;
    const std::string reference_;
    Seen seen_;
    std::map<std::int64_t, psa::Ticket> found_;
    unsigned reads_ = 0;
};

void ReferenceSearch::walk(const std::string &deleted)
{
    seen_ = {};
    for (unsigned page = 1; page <= maxSearchPages; ++page)
    {
        readPage(deleted, page);
        if (seen_.isAtEnd())
            break;
    }
    if (found_.empty())
        requireWhole();
}

void ReferenceSearch::readPage(const std::string &deleted, unsigned page)
{
    const Rows some = client_.page(pathWith("Tickets", {{referenceField, reference_},
                                                        {"open_only", "false"},
                                                        {"closed_only", "false"},
                                                        {"deleted", deleted},
                                                        {"includedetails", "true"},
                                                        {"order", "id"},
                                                        {"orderdesc", "true"},
                                                        {"pageinate", "true"},
                                                        {"page_size", std::to_string(pageRows)},
                                                        {"page_no", std::to_string(page)}}),
                                   "tickets");
    const std::size_t before = seen_.ids.size();
    for (unsigned i = 0; i < some.rows->size(); ++i)
    {
        const Object::Ptr row = some.rows->getObject(i);
        if (!row || integerOf(*row, "id").value_or(0) <= 0)
            throw unclear("a row without an id");
        look(*row);
    }
    seen_.lastRows = some.rows->size();
    seen_.repeated = seen_.repeated || seen_.ids.size() < before + seen_.lastRows;
    seen_.count = std::max(seen_.count, some.count);
}

/// "None" needs the whole list.
void ReferenceSearch::requireWhole() const
{
    if (seen_.count < 0 && seen_.ids.empty())
        throw unclear("neither tickets nor their number");
    if (!seen_.isWhole())
        throw unclear(std::to_string(seen_.known()) + " of " +
                      (seen_.count >= 0 ? std::to_string(seen_.count) : "an unknown number of") +
                      " tickets were returned, none with the reference " + reference_);
}

void ReferenceSearch::look(const Object &row)
{
    const std::int64_t id = *integerOf(row, "id");
    if (seen_.ids.insert(id).second && hasReference(row))
        found_.emplace(id, labelledTicket(client_, row));
}

bool ReferenceSearch::hasReference(const Object &row)
{
    if (row.has(referenceField))
        return textOf(row, referenceField) == reference_;
    if (++reads_ > maxReads)
        throw unclear("rows without " + std::string(referenceField));
    const TicketRow ticket = readTicketRow(client_, *integerOf(row, "id"));
    if (!ticket.row || !ticket.row->has(referenceField))
        throw unclear("a ticket without " + std::string(referenceField));
    return textOf(*ticket.row, referenceField) == reference_;
}

} // namespace

std::string findTickets(Client &client, std::string_view reference)
{
    if (trim(reference).empty())
        throw psa::Error(PSA_INTERNAL, "A blank reference cannot be searched for in HaloPSA.")
            .hint("No ticket of this host has it, because the plugin never creates one with such a reference.");
    return psa::foundTickets(ReferenceSearch(client, std::string(reference)).find());
}

} // namespace psa::plugins::halopsa
