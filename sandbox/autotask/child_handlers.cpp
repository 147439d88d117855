#include "sandbox/autotask/handlers.h"
#include "sandbox/autotask/ticket_life.h"
#include "sandbox/autotask/write_values.h"
#include "sandbox/common/dates.h"

namespace psa::sandbox::autotask {
namespace {

constexpr std::size_t maxAttachmentText = 10000000; ///< Length in Base64: about 7 MB of file.

Object::Ptr asPage(const Array::Ptr &items)
{
    Object::Ptr details = newObject();
    details->set("count", items->size());
    details->set("requestCount", 500);
    details->set("prevPageUrl", Var());
    details->set("nextPageUrl", Var());
    Object::Ptr body = newObject();
    body->set("items", items);
    body->set("pageDetails", details);
    return body;
}

/// The children of the call's ticket, or only the one that `id` names.
Array::Ptr children(const Call &call, const char *parentField, const std::int64_t *id = nullptr)
{
    call.core.require(*call.entity, "query");
    Array::Ptr items = new Array;
    for (const auto &[childId, row] : call.core.database.table(call.entity->name))
        if (integer(*row.values, parentField) == call.ids.at(0) && (id == nullptr || *id == childId) &&
            (id == nullptr ? row.visibleFrom : row.readableFrom) <= call.core.now)
            items->add(toWire(*call.entity, row.seenAt(call.core.now), call.core.tenant, call.core.switches));
    return items;
}

/// The checked values of a new child of the call's ticket.
Object::Ptr newChild(const Call &call, const char *parentField)
{
    call.core.require(*call.entity, "create");
    WriteErrors errors(call.core.switches);
    Object::Ptr values = readValues(call.core, *call.entity, *readBody(call.request.body), errors);
    checkRequired(*call.entity, *values, errors);
    checkPickLists(call.core, *call.entity, *values, errors);
    const Row *ticket = call.core.database.find(tickets().name, call.ids.at(0));
    if (ticket == nullptr)
        errors.badReference(parentField, "Ticket");
    else if (call.entity->name == std::string("TicketNotes") && !isSet(*values, "title") &&
             call.core.tenant.categoryWantsNoteTitle(integer(*ticket->values, "ticketCategory")))
        errors.missing("title");
    if (isSet(*values, "data") && values->get("data").toString().size() > maxAttachmentText)
        errors.addPlain("The attachment is too large.");
    errors.raise();
    return values;
}

Answer created(std::int64_t id)
{
    Object::Ptr body = newObject();
    body->set("itemId", id);
    return ok(body);
}

} // namespace

Answer listNotes(const Call &call)
{
    return ok(asPage(children(call, "ticketID")));
}

Answer postNote(const Call &call)
{
    return created(addNote(call.core, call.ids.at(0), newChild(call, "ticketID")));
}

Answer getNote(const Call &call)
{
    const Array::Ptr found = children(call, "ticketID", &call.ids.at(1));
    Object::Ptr body = newObject();
    body->set("item", found->size() == 0 ? Var() : found->get(0));
    return ok(body);
}

Answer listAttachments(const Call &call)
{
    return ok(asPage(children(call, "parentID")));
}

Answer postAttachment(const Call &call)
{
    Object::Ptr values = newChild(call, "parentID");
    values->set("parentID", call.ids.at(0));
    values->set("ticketID", call.ids.at(0));
    values->set("attachDate", toMillis(call.core.now));
    values->set("attachedByResourceID", call.core.actor.resource);
    if (isSet(*values, "data"))
        values->set("fileSize", values->get("data").toString().size() / 4 * 3);
    const std::int64_t id = call.core.database.insert(call.entity->name, call.core.row(values));
    stampActivity(call.core, call.ids.at(0));
    return created(id);
}

Answer deleteAttachment(const Call &call)
{
    call.core.require(*call.entity, "delete");
    Table &all = call.core.database.table(call.entity->name);
    const auto found = all.find(call.ids.at(1));
    if (found == all.end() || integer(*found->second.values, "parentID") != call.ids.at(0))
        throw ApiError{{"No matching records found. The logged in Resource may not have the required permissions to "
                        "delete the data."}};
    all.erase(found);
    Object::Ptr body = newObject();
    body->set("itemId", call.ids.at(1));
    return ok(body);
}

/// Returns a collection, although one was requested.
Answer getAttachment(const Call &call)
{
    const Array::Ptr found = children(call, "parentID", &call.ids.at(1));
    if (found->size() > 0)
        found->getObject(0)->set("data",
                                 call.core.database.find(call.entity->name, call.ids.at(1))->values->get("data"));
    return ok(asPage(found));
}

} // namespace psa::sandbox::autotask
