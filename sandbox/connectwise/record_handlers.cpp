#include "sandbox/connectwise/handlers.h"
#include "sandbox/connectwise/listing.h"
#include "sandbox/connectwise/ticket_rules.h"

namespace psa::sandbox::connectwise {
namespace {

[[noreturn]] void notFound(const Entity &entity, std::int64_t id)
{
    throw ApiError{404, "NotFound", std::string(entity.subject) + " " + std::to_string(id) + " not found"};
}

/// The list that the path names, whose parent must exist.
Listed listed(const Call &call)
{
    const std::string field = call.entity->parent;
    if (field.empty())
        return {*call.entity};
    const Entity &parents =
        *findEntity(field == "ticketId" ? "Tickets" : (field == "company" ? "Companies" : "Boards"));
    if (call.core.rows.find(parents.name, call.parent) == nullptr)
        notFound(parents, call.parent);
    return {*call.entity, call.parent};
}

/// A response with the whole record.
Answer recordAnswer(const Call &call, int status, const Row &row)
{
    Answer answer = json(status, onlyFields(toWire(call.core, *call.entity, row), call.request.parameter("fields")));
    if (status == 201)
        answer.headers.emplace_back("Location", hrefOf(call.core, *call.entity, row));
    return answer;
}

} // namespace

Answer listRecords(const Call &call)
{
    return listPage(call.core, listed(call), call.request);
}

Answer countRecords(const Call &call)
{
    return countAll(call.core, listed(call), call.request);
}

Answer getRecord(const Call &call)
{
    const Listed of = listed(call);
    const Row *row = call.core.rows.find(call.entity->name, call.id);
    if (row == nullptr || (of.parent != 0 && idIn(*row->values, call.entity->parent) != of.parent))
        notFound(*call.entity, call.id);
    return recordAnswer(call, 200, *row);
}

Answer postTicket(const Call &call)
{
    return recordAnswer(call, 201, createTicket(call.core, call.request.body));
}

Answer patchOneTicket(const Call &call)
{
    const std::int64_t before = idIn(*requireTicket(call.core, call.id).values, "status");
    const Answer answer = recordAnswer(call, 200, patchTicket(call.core, call.id, call.request.body));
    runWorkflow(call.core, call.id, before);
    return answer;
}

Answer removeTicket(const Call &call)
{
    deleteTicket(call.core, call.id);
    return noContent();
}

Answer postMerge(const Call &call)
{
    mergeTickets(call.core, call.parent, call.request.body);
    Object::Ptr body = newObject();
    body->set("success", true);
    body->set("message", "");
    return json(200, body);
}

Answer postNote(const Call &call)
{
    return recordAnswer(call, 201, createNote(call.core, call.parent, call.request.body));
}

Answer patchOneNote(const Call &call)
{
    return recordAnswer(call, 200, patchNote(call.core, call.parent, call.id, call.request.body));
}

Answer removeNote(const Call &call)
{
    deleteNote(call.core, call.parent, call.id);
    return noContent();
}

} // namespace psa::sandbox::connectwise
