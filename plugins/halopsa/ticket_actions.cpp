#include "ticket_actions.h"

#include <algorithm>
#include <set>

namespace psa::plugins::halopsa {
namespace {

constexpr std::int64_t usualCount = 100;
constexpr std::int64_t mostCount = 2000;

Rows readRowsOf(Client &client, std::int64_t ticket, std::int64_t count)
{
    return client.page(
        pathWith("Actions",
                 {{"ticket_id", std::to_string(ticket)}, {"excludesys", "false"}, {"count", std::to_string(count)}}),
        "actions");
}

} // namespace

TicketActions readActions(Client &client, std::int64_t ticket)
{
    std::int64_t asked = usualCount;
    Rows some = readRowsOf(client, ticket, asked);
    if (some.count > static_cast<std::int64_t>(some.rows->size()) && some.rows->size() > 0)
    {
        asked = std::min(some.count + usualCount, mostCount);
        some = readRowsOf(client, ticket, asked);
    }
    TicketActions actions{new Array};
    std::set<std::int64_t> ids;
    bool foreign = false;
    for (unsigned i = 0; i < some.rows->size(); ++i)
    {
        const Object::Ptr row = some.rows->getObject(i);
        const std::int64_t id = row ? integerOf(*row, "id").value_or(-1) : -1;
        if (id < 0)
            throw psa::Error(PSA_UNAVAILABLE, "HaloPSA did not return a usable list of what was done to the ticket.")
                .hint("Nothing was changed. It is read again later.")
                .detail("GET /api/Actions: a row without an id");
        // Also compared here, because HaloPSA ignores conditions that it does not know.
        if (integerOf(*row, "ticket_id").value_or(ticket) != ticket)
            foreign = true;
        else if (ids.insert(id).second)
            actions.rows->add(row);
    }
    const auto known = static_cast<std::int64_t>(actions.rows->size());
    actions.whole = !foreign && (some.count >= 0 ? known >= some.count : known < asked);
    return actions;
}

} // namespace psa::plugins::halopsa
