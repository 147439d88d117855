#include "sandbox/autotask/handlers.h"
#include "sandbox/autotask/query.h"
#include "sandbox/autotask/write_values.h"

namespace psa::sandbox::autotask {
namespace {

std::string search(const Call &call)
{
    return call.request.parameter("search");
}

} // namespace

Answer queryByUrl(const Call &call)
{
    return ok(queryPage(call.core, *call.entity, *readBody(search(call)), "", search(call)));
}

Answer queryByBody(const Call &call)
{
    return ok(queryPage(call.core, *call.entity, *readBody(call.request.body), "", ""));
}

Answer nextByUrl(const Call &call)
{
    if (search(call).empty()) // The next page of a POST query must be requested with POST.
        return methodNotAllowed("GET");
    return ok(
        queryPage(call.core, *call.entity, *readBody(search(call)), call.request.parameter("paging"), search(call)));
}

Answer nextByBody(const Call &call)
{
    return ok(queryPage(call.core, *call.entity, *readBody(call.request.body), call.request.parameter("paging"), ""));
}

Answer countByUrl(const Call &call)
{
    return ok(queryCount(call.core, *call.entity, *readBody(search(call))));
}

Answer countByBody(const Call &call)
{
    return ok(queryCount(call.core, *call.entity, *readBody(call.request.body)));
}

Answer getById(const Call &call)
{
    call.core.require(*call.entity, "query");
    const Row *row = call.core.database.find(call.entity->name, call.ids.at(0));
    if (row != nullptr && row->readableFrom > call.core.now)
        row = nullptr;
    if (row == nullptr && call.core.switches.is("get.missing", "404"))
        return htmlError(404, "Not found");
    Object::Ptr body = newObject();
    body->set("item", row == nullptr ? Var()
                                     : Var(toWire(*call.entity, row->seenAt(call.core.now), call.core.tenant,
                                                  call.core.switches)));
    return ok(body);
}

} // namespace psa::sandbox::autotask
