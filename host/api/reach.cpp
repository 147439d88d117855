#include "host/api/reach.h"

#include "host/service/ticket_service.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace psa::api {
namespace {

/// By method and path. The unit tests check that it names every route, and no other.
constexpr auto reaches = std::to_array<std::pair<std::string_view, Reach>>({
    {"POST /v1/tickets", Reach::some},
    {"GET /v1/tickets", Reach::some},
    {"POST /v1/tickets/actions", Reach::some},
    {"GET /v1/tickets/{id}", Reach::ticket},
    {"PATCH /v1/tickets/{id}", Reach::ticket},
    {"POST /v1/tickets/{id}/notes", Reach::ticket},
    {"POST /v1/tickets/{id}/resolve", Reach::ticket},
    {"POST /v1/tickets/{id}/reopen", Reach::ticket},
    {"POST /v1/tickets/{id}/retry", Reach::ticket},
    {"POST /v1/tickets/{id}/link", Reach::ticket},
    {"POST /v1/tickets/{id}/discard", Reach::ticket},
    {"POST /v1/tickets/{id}/operations/{operation}/retry", Reach::ticket},
    {"POST /v1/tickets/{id}/operations/{operation}/discard", Reach::ticket},
    {"GET /v1/connections", Reach::some},
    {"GET /v1/connections/{name}", Reach::connection},
    {"PUT /v1/connections/{name}", Reach::connection},
    {"DELETE /v1/connections/{name}", Reach::connection},
    {"POST /v1/connections/{name}/test", Reach::connection},
    {"GET /v1/connections/{name}/choices/{list}", Reach::connection},
    {"GET /v1/presets", Reach::nothing},
    {"GET /v1/presets/{name}", Reach::nothing},
    {"GET /v1/sources", Reach::host},
    {"POST /v1/sources", Reach::host},
    {"POST /v1/sources/test", Reach::host},
    {"GET /v1/sources/{name}", Reach::host},
    {"PUT /v1/sources/{name}", Reach::host},
    {"DELETE /v1/sources/{name}", Reach::host},
    {"POST /v1/sources/{name}/token", Reach::host},
    {"DELETE /v1/sources/{name}/token", Reach::host},
    {"POST /v1/sources/{name}/secret-url", Reach::host},
    {"DELETE /v1/sources/{name}/secret-url", Reach::host},
    {"DELETE /v1/sources/{name}/signature-secret", Reach::host},
    {"POST /v1/sources/{name}/resume", Reach::host},
    {"GET /v1/sources/{name}/deliveries", Reach::host},
    {"GET /v1/deliveries/{id}", Reach::host},
    {"POST /v1/deliveries/{id}/run", Reach::host},
    {"POST /v1/hooks/{source}", Reach::nothing},
    {"PUT /v1/hooks/{source}", Reach::nothing},
    {"GET /v1/hooks/{source}", Reach::nothing},
    {"OPTIONS /v1/hooks/{source}", Reach::nothing},
    {"POST /v1/hooks/{source}/{secret}", Reach::nothing},
    {"PUT /v1/hooks/{source}/{secret}", Reach::nothing},
    {"GET /v1/hooks/{source}/{secret}", Reach::nothing},
    {"OPTIONS /v1/hooks/{source}/{secret}", Reach::nothing},
    {"GET /v1/audit", Reach::some},
    {"GET /v1/events", Reach::host},
    {"GET /v1/events/{id}", Reach::host},
    {"POST /v1/events/purge", Reach::host},
    {"GET /v1/episodes/{id}", Reach::host},
    {"GET /v1/status", Reach::some},
    {"GET /metrics", Reach::some},
    {"GET /v1/stream", Reach::some},
    {"GET /v1/rules", Reach::host},
    {"POST /v1/rules", Reach::host},
    {"GET /v1/rules/{name}", Reach::host},
    {"PUT /v1/rules/{name}", Reach::host},
    {"DELETE /v1/rules/{name}", Reach::host},
    {"GET /v1/rules/{name}/versions", Reach::host},
    {"PUT /v1/rules-order", Reach::host},
    {"GET /v1/rules-library", Reach::nothing},
    {"POST /v1/rules-test", Reach::host},
    {"POST /v1/rules-preview", Reach::host},
    {"GET /v1/windows-calendar", Reach::host},
    {"POST /v1/customers/{name}/aliases", Reach::host},
    {"GET /v1/customers-unknown", Reach::host},
    {"DELETE /v1/customers-unknown", Reach::host},
    {"GET /v1/windows", Reach::host},
    {"POST /v1/windows", Reach::host},
    {"GET /v1/windows/{name}", Reach::host},
    {"PUT /v1/windows/{name}", Reach::host},
    {"DELETE /v1/windows/{name}", Reach::host},
    {"GET /v1/customers", Reach::host},
    {"POST /v1/customers", Reach::host},
    {"GET /v1/customers/{name}", Reach::host},
    {"PUT /v1/customers/{name}", Reach::host},
    {"DELETE /v1/customers/{name}", Reach::host},
    {"GET /v1/configuration", Reach::host},
    {"POST /v1/configuration", Reach::host},
    {"GET /v1/notify", Reach::host},
    {"PUT /v1/notify", Reach::host},
    {"POST /v1/notify/test", Reach::host},
    {"GET /v1/plugins", Reach::nothing},
    {"GET /v1/plugins/{build}", Reach::nothing},
    {"POST /v1/plugins/reload", Reach::host},
    {"GET /v1/refusals", Reach::host},
    {"POST /v1/backups", Reach::host},
    {"GET /v1/hosts", Reach::host},
    {"GET /v1/keys", Reach::host},
    {"POST /v1/keys/rotation", Reach::host},
    {"GET /v1/tokens", Reach::host},
    {"POST /v1/tokens", Reach::host},
    {"DELETE /v1/tokens/{id}", Reach::host},
    {"POST /v1/session", Reach::nothing},
    {"GET /v1/session", Reach::nothing},
    {"DELETE /v1/session", Reach::nothing},
    {"GET /healthz", Reach::nothing},
    {"GET /readyz", Reach::nothing},
    {"GET /openapi.json", Reach::nothing},
    {"GET /", Reach::nothing},
    {"GET /{file}", Reach::nothing},
});

/// nullptr = it is not there.
const Reach *entryOf(const http::Router::Route &route)
{
    const std::string name = route.method + " " + route.path;
    const auto *at = std::find_if(reaches.begin(), reaches.end(), [&](const auto &each) { return each.first == name; });
    return at == reaches.end() ? nullptr : &at->second;
}

} // namespace

Reach reachOf(const http::Router::Route &route)
{
    const Reach *entry = entryOf(route);
    return entry == nullptr ? Reach::host : *entry;
}

bool isReachKnown(const http::Router::Route &route)
{
    return entryOf(route) != nullptr;
}

http::Problem notForToken(const http::Caller &caller, const std::string &what)
{
    std::string names;
    for (const std::string &each : *caller.connections)
        names += (names.empty() ? "" : ", ") + each;
    return {403, "bound-token", "The token is limited to some connections",
            what + " is not possible with this token: it is bound to the connections " + names +
                ". Use a token that is not."};
}

void checkReach(const http::Router::Route &route, const http::ApiRequest &request,
                const service::TicketService &tickets)
{
    if (!request.caller.connections)
        return;
    switch (reachOf(route))
    {
    case Reach::nothing:
    case Reach::some:
        return;
    case Reach::connection:
        if (const std::string &name = request.parameters.at("name"); !request.caller.mayUse(name))
            throw connection::UnknownConnection(name);
        return;
    case Reach::ticket:
        if (const std::string &name = request.parameters.at("id");
            !request.caller.mayUse(tickets.find(name).connection))
            throw service::UnknownTicket(name);
        return;
    case Reach::host:
        break;
    }
    throw notForToken(request.caller, request.method + " " + request.path);
}

} // namespace psa::api
