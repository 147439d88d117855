#include "own_changes.h"

#include "common/text.h"

namespace psa::plugins::halopsa {
namespace {

constexpr std::uint32_t dayMs = 24 * KeptValues::hourMs; // the longest that hosts take

std::string keyOf(std::int64_t ticket)
{
    return "own-changes:" + std::to_string(ticket);
}

} // namespace

TicketState stateOf(const Object &row)
{
    constexpr std::size_t mostOfValue = 100;
    TicketState state;
    for (const char *name : {"status_id", "agent_id", "team", "priority_id", "category_1", "category_2",
                             "tickettype_id", "client_id", "site_id", "user_id", "merged_into_id"})
        state[name] = excerpt(textOf(row, name), mostOfValue);
    return state;
}

TicketState ownChanges(Client &client, std::int64_t ticket)
{
    const auto kept = client.kept().getLasting(keyOf(ticket));
    const Object::Ptr json = kept ? parseObject(*kept) : nullptr;
    return json ? stateIn(*json) : TicketState();
}

void rememberOwnChanges(Client &client, std::int64_t ticket, const Object &sent)
{
    TicketState all = ownChanges(client, ticket);
    for (const auto &[name, value] : stateOf(sent))
        if (sent.has(name))
            all[name] = value;
    client.kept().put(keyOf(ticket), toJson(*jsonOf(all)), dayMs);
}

Object::Ptr jsonOf(const TicketState &state)
{
    Object::Ptr json = new Object;
    for (const auto &[name, value] : state)
        json->set(name, value);
    return json;
}

TicketState stateIn(const Object &json)
{
    TicketState state;
    for (const auto &member : json)
        if (const auto text = writtenText(member.second))
            state[member.first] = *text;
    return state;
}

} // namespace psa::plugins::halopsa
