#include "sandbox/autotask/handlers.h"
#include "sandbox/autotask/ticket_rules.h"

namespace psa::sandbox::autotask {
namespace {

Answer created(const Call &call, std::int64_t id)
{
    Object::Ptr body = newObject();
    body->set("itemId", call.core.switches.on("ticket.itemIdText") ? Var(std::to_string(id)) : Var(id));
    return ok(body);
}

} // namespace

Answer postTicket(const Call &call)
{
    return created(call, createTicket(call.core, call.request.body));
}

Answer patchTicket(const Call &call)
{
    if (call.core.switches.is("ticket.patch", "404"))
        return htmlError(404, "File or directory not found.");
    return created(call, changeTicket(call.core, call.request.body, false));
}

Answer putTicket(const Call &call)
{
    return created(call, changeTicket(call.core, call.request.body, true));
}

} // namespace psa::sandbox::autotask
