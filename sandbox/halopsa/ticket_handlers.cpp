#include "sandbox/halopsa/handlers.h"
#include "sandbox/halopsa/listing.h"
#include "sandbox/halopsa/representation.h"
#include "sandbox/halopsa/ticket_rules.h"
#include "sandbox/halopsa/write_values.h"

#include <Poco/String.h>

#include <array>

namespace psa::sandbox::halopsa {
namespace {

/// Filters that compare the whole value, and are ignored where the tenant does not know them.
constexpr std::array references{std::pair("third_party_id_string", "third_party_id_string"),
                                std::pair("search_supplier_reference", "supplier_reference")};
constexpr std::array idFilters{"client_id", "site_id", "user_id", "agent_id", "status_id", "tickettype_id"};

bool hasReference(const Core &core, const Request &request, const Object &ticket)
{
    for (const auto &[parameter, field] : references)
        if (core.switches.is("list.filter", "honoured") && !selects(request, parameter, ticket.get(field)))
            return false;
    return true;
}

bool showsTicket(const Core &core, const Request &request, const Object &ticket)
{
    const bool closed = isClosed(core.rows, idIn(ticket, "status_id"));
    if (flag(ticket, "deleted") != isAsked(request, "deleted") || (closed && isAsked(request, "open_only")) ||
        (!closed && isAsked(request, "closed_only")))
        return false;
    for (const char *id : idFilters)
        if (!selects(request, id, ticket.get(id)))
            return false;
    const std::string wanted = Poco::toLower(request.parameter("search"));
    return wanted.empty() || Poco::toLower(ticket.get("summary").toString()).find(wanted) != std::string::npos;
}

/// What tenants were seen to answer instead of a whole list.
void makeOdd(const Core &core, Object &body)
{
    Array::Ptr rows = body.getArray("tickets");
    if (core.switches.is("list.odd", "uncounted"))
        body.remove("record_count");
    else if (core.switches.is("list.odd", "null"))
        body.set("tickets", Var());
    else if (core.switches.is("list.odd", "cut") && rows->size() > 0)
        rows->remove(static_cast<unsigned>(rows->size() - 1));
}

/// One ticket that a client sent: created, or changed if it has an id.
Object::Ptr save(const Core &core, const Object &body)
{
    const std::int64_t id = integerIn(body, "id");
    if (id == 0)
    {
        const Row &row = createTicket(core, body);
        return ticketOnWire(core, idIn(*row.values, "id"), *row.values, Detail::full);
    }
    const Row *before = core.rows.find(ticketTable, id);
    const Object::Ptr old = before == nullptr ? Object::Ptr() : copy(*before->values);
    const Row &row = changeTicket(core, id, body);
    return ticketOnWire(core, id, core.switches.is("ticket.changeAnswer", "old") ? *old : *row.values, Detail::full);
}

Answer saved(const Core &core, const Array::Ptr &all)
{
    const int status = static_cast<int>(core.switches.number("ticket.createStatus"));
    const bool one = all->size() == 1 && core.switches.is("ticket.createBody", "object");
    return json(status, one ? all->get(0) : Var(all));
}

} // namespace

Answer listTickets(const Call &call)
{
    const Core &core = call.core;
    const auto rows = newestFirst(core, ticketTable, [&](std::int64_t id, const Object &ticket) {
        const bool shown = showsTicket(core, call.request, ticket) && hasReference(core, call.request, ticket);
        return shown ? ticketOnWire(core, id, ticket, Detail::row) : Object::Ptr();
    });
    Page page = pageIn(call.request, core.switches);
    if (page.number > 1 && core.switches.is("list.odd", "repeated"))
        page.begin -= 1; // the last row of the page before is on this one, too
    Object::Ptr body = pageOf(page, "tickets", rows);
    makeOdd(core, *body);
    return json(200, body);
}

Answer getTicket(const Call &call)
{
    const Core &core = call.core;
    core.require(ticketTable, "query");
    const Row *row = core.rows.find(ticketTable, call.id);
    if (row == nullptr || row->readableFrom > core.now)
        throw ApiError{404, ""};
    if (flag(*row->values, "_hidden") || !core.switches.on("agent.teams"))
        throw noSuchTicket(core);
    const bool details = isAsked(call.request, "includedetails");
    Object::Ptr body = ticketOnWire(core, call.id, row->seenAt(core.now), details ? Detail::full : Detail::ticket);
    if (isAsked(call.request, "include_auditing"))
        body->set("auditing", auditOnWire(core, call.id));
    return json(200, body);
}

Answer postTickets(const Call &call)
{
    Array::Ptr all = new Array;
    for (const Object::Ptr &body : readArray(call.request.body))
        all->add(save(call.core, *body));
    return saved(call.core, all);
}

Answer postTicketObject(const Call &call)
{
    Array::Ptr all = new Array;
    all->add(save(call.core, *readOne(call.request.body)));
    return saved(call.core, all);
}

Answer removeTicket(const Call &call)
{
    call.core.require(ticketTable, "delete");
    requireTicket(call.core, call.id);
    deleteTicket(call.core, call.id);
    return json(200, deletedOnWire(call.id));
}

Answer listAudit(const Call &call)
{
    std::int64_t ticket = 0;
    toInteger(call.request.parameter("ticket_id"), ticket);
    return json(200, call.core.seesList("Audit") ? auditOnWire(call.core, ticket) : Array::Ptr(new Array));
}

} // namespace psa::sandbox::halopsa
