#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"

#include <limits>

namespace psa::api {
namespace {

using Poco::JSON::Object;

store::AuditQuery queryOf(const http::ApiRequest &request)
{
    store::AuditQuery query;
    query.connection = request.queryValue("connection");
    query.connections = request.caller.connections;
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    if (const std::string ticket = request.queryValue("ticket"); !ticket.empty())
        query.ticketId = numberIn("ticket", ticket, 1, most);
    query.psaTicket = request.queryValue("psaTicket");
    query.from = timeIn(request, "from");
    query.until = timeIn(request, "until");
    query.cursor = request.queryValue("cursor");
    query.limit = pageLimitIn(request, query.limit);
    return query;
}

} // namespace

void addAuditRoutes(http::Router &router, const ApiParts &parts)
{
    router.add({"GET",
                "/v1/audit",
                http::Scope::read,
                [&store = parts.store](const http::ApiRequest &request) {
                    const store::AuditQuery query = queryOf(request);
                    const store::AuditPage page =
                        store.read([&](const store::StoreReader &reader) { return reader.audit(query); });
                    Object body(Poco::JSON_PRESERVE_KEY_ORDER);
                    body.set("entries", json::arrayOf(page.entries, [](const auto &entry) { return toView(entry); }));
                    if (!page.next.empty())
                        body.set("next", page.next);
                    return toAnswer(body);
                },
                http::Router::Waits::forStore,
                nullptr,
                {"connection", "ticket", "psaTicket", "from", "until", "cursor", "limit"}});
}

} // namespace psa::api
