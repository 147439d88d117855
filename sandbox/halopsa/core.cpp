#include "sandbox/halopsa/core.h"

#include "sandbox/common/dates.h"

#include <algorithm>

namespace psa::sandbox::halopsa {

void Core::require(const std::string &entity, const std::string &what) const
{
    if (!rights.may(entity, what))
        throw ApiError{403, "You do not have permission to perform this action."};
}

bool Core::seesList(const std::string &entity, bool ofTeams) const
{
    if (switches.is("access.lists", "403"))
        require(entity, "query");
    return (!ofTeams || switches.on("agent.teams")) && rights.may(entity, "query");
}

Core Core::as(const Actor &other) const
{
    return {tenant, rows, switches, now, rights, journal, other, hideFor, lag, 0};
}

Actor apiActor(const Tenant &tenant, const Rows &rows)
{
    return {textOf(rows, "Agent", tenant.apiAgent()), tenant.apiAgent(), 0, tenant.application()};
}

std::string textOf(const Rows &rows, const std::string &entity, std::int64_t id, const char *field)
{
    const Row *row = rows.find(entity, id);
    return row == nullptr ? std::string() : textIn(*row, field);
}

std::string dateOnWire(std::int64_t millis)
{
    return formatDate(millis, false);
}

bool listHas(const Object &values, const char *list, std::int64_t number)
{
    const Array::Ptr numbers = values.getArray(list);
    return !numbers || std::any_of(numbers->begin(), numbers->end(),
                                   [number](const Var &one) { return one.convert<std::int64_t>() == number; });
}

} // namespace psa::sandbox::halopsa
