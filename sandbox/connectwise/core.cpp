#include "sandbox/connectwise/core.h"

#include "sandbox/common/dates.h"
#include "sandbox/connectwise/api_error.h"

namespace psa::sandbox::connectwise {

void Core::require(const std::string &entity, const std::string &what) const
{
    if (!rights.may(entity, what))
        throw ApiError{403, "Security", "You do not have security permission to perform this action."};
}

void Core::record(JournalEntry done) const
{
    done.by = actor.name;
    done.source = actor.source;
    done.at = toMillis(now);
    done.request = request;
    journal.entries.push_back(std::move(done));
}

void Core::notify(std::int64_t ticket, const char *what, const Object &values) const
{
    if (!isSet(values, "processNotifications") || flag(values, "processNotifications"))
        journal.notifications.push_back({ticket, what, request});
}

const Row &insert(const Core &core, const Entity &entity, Object::Ptr values)
{
    dropUnset(*values);
    const std::int64_t id = core.rows.insert(entity.name, {values, core.now + core.hideFor, core.request});
    return *core.rows.find(entity.name, id);
}

Actor apiMember(const Tenant &tenant, const Rows &rows)
{
    const std::int64_t id = tenant.number("apiMember");
    const Row *member = rows.find("Members", id);
    return {member == nullptr ? "" : textIn(*member, "identifier"), id};
}

std::string nameOf(const Row &row)
{
    for (const char *name : {"name", "summary"}) // a ticket has a summary, a person two names
        if (isSet(*row.values, name))
            return textIn(row, name);
    return textIn(row, "firstName") + " " + textIn(row, "lastName");
}

} // namespace psa::sandbox::connectwise
