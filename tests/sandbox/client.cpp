#include "tests/sandbox/client.h"

using namespace psa::sandbox;

Client::Client(const psa::sandbox::autotask::AutotaskSandbox &sandbox)
    : HttpClient(sandbox, {{"ApiIntegrationCode", sandbox.integrationCode()},
                           {"UserName", sandbox.user()},
                           {"Secret", sandbox.secret()},
                           {"Host", "webservices5.autotask.net"}})
{
}

Reply Client::create(const std::string &changes) const
{
    Object::Ptr ticket = parseObject(R"({"companyID": 174, "title": "Disk full", "status": 1, "priority": 2})");
    change(*ticket, changes);
    return post(base + "Tickets", toText(ticket));
}

std::int64_t Client::count(const std::string &filter) const
{
    const Reply reply = post(base + "Tickets/query/count", "{\"filter\":[" + filter + "]}");
    return reply.json()->getValue<std::int64_t>("queryCount");
}
