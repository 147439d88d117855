#include "sandbox/connectwise/handlers.h"
#include "sandbox/connectwise/listing.h"
#include "sandbox/connectwise/ticket_rules.h"
#include "sandbox/connectwise/truth.h"
#include "sandbox/connectwise/write_values.h"

namespace psa::sandbox::connectwise {
namespace {

/// The rows {"ticketId", "configuration"}.
constexpr const char *attached = "TicketConfigurations";

/// A configuration as tickets refer to it.
Object::Ptr configurationReference(const Core &core, const Row &row)
{
    Object::Ptr info = newObject();
    info->set("name", textIn(row, "name"));
    info->set("configuration_href", hrefOf(core, *findEntity("Configurations"), row));
    Object::Ptr reference = newObject();
    reference->set("id", row.values->get("id"));
    reference->set("deviceIdentifier", textIn(row, "deviceIdentifier"));
    reference->set("_info", info);
    return reference;
}

/// The id of the row in `attached`; 0 if the ticket does not have the configuration.
std::int64_t attachedAt(const Core &core, std::int64_t ticket, std::int64_t configuration)
{
    for (const auto &[id, row] : core.rows.table(attached))
        if (idIn(*row.values, "ticketId") == ticket && idIn(*row.values, "configuration") == configuration)
            return id;
    return 0;
}

} // namespace

std::vector<std::int64_t> configurationsOf(const Rows &rows, std::int64_t ticket)
{
    std::vector<std::int64_t> ids;
    for (const auto &[id, row] : rows.table(attached))
        if (idIn(*row.values, "ticketId") == ticket)
            ids.push_back(idIn(*row.values, "configuration"));
    return ids;
}

Answer listConfigurations(const Call &call)
{
    requireTicket(call.core, call.parent);
    Array::Ptr all = new Array;
    for (const std::int64_t id : configurationsOf(call.core.rows, call.parent))
        if (const Row *row = call.core.rows.find("Configurations", id))
            all->add(configurationReference(call.core, *row));
    return json(200, all);
}

Answer postConfiguration(const Call &call)
{
    const Core &core = call.core;
    core.require(tickets().name, "update");
    requireTicket(core, call.parent);
    WriteErrors errors("configurationReference");
    std::int64_t id = 0;
    const Var given = member(*readObject(call.request.body), "id");
    const Row *row =
        !given.isEmpty() && toInteger(given.toString(), id) ? core.rows.find("Configurations", id) : nullptr;
    if (row == nullptr)
        errors.add("NotFound", "Configuration " + (given.isEmpty() ? "" : given.toString()) + " not found", "id");
    else if (attachedAt(core, call.parent, id) != 0)
        errors.add("ObjectExists", "The configuration is already attached to this ticket.", "id");
    errors.raise();
    Object::Ptr values = newObject();
    values->set("ticketId", call.parent);
    values->set("configuration", id);
    core.rows.insert(attached, {values, core.now, core.request});
    touchTicket(core, call.parent);
    core.record({call.parent, "Ticket", "configurations", "", nameOf(*row),
                 "The configuration " + nameOf(*row) + " has been added."});
    return json(201, configurationReference(core, *row));
}

Answer removeConfiguration(const Call &call)
{
    const Core &core = call.core;
    core.require(tickets().name, "update");
    requireTicket(core, call.parent);
    const std::int64_t at = attachedAt(core, call.parent, call.id);
    if (at == 0)
        throw ApiError{404, "NotFound", "Configuration " + std::to_string(call.id) + " not found"};
    core.rows.table(attached).erase(at);
    touchTicket(core, call.parent);
    core.record(
        {call.parent, "Ticket", "configurations", std::to_string(call.id), "", "A configuration has been removed."});
    return noContent();
}

} // namespace psa::sandbox::connectwise
