#include "host/cli/event_command.h"

#include "host/cli/api_client.h"
#include "host/cli/outcome_printer.h"
#include "host/json/json_text.h"

#include <Poco/JSON/Array.h>

#include <iomanip>
#include <ostream>

namespace psa::cli {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

/// The member as text; "" if it is missing or null.
std::string memberText(const Object &object, const std::string &name)
{
    const Var value = object.get(name);
    return value.isEmpty() ? std::string() : value.isString() ? value.toString() : json::jsonText(value);
}

/// The code of what was decided, and the ticket.
std::string decisionOf(const Object &event)
{
    const Object::Ptr decision = event.getObject("decision");
    std::string text = decision.isNull() ? std::string("-") : memberText(*decision, "code");
    if (event.has("ticket"))
        text += ", ticket " + memberText(event, "ticket");
    return text;
}

void printEventRow(const Object &event, std::ostream &out)
{
    out << std::left << std::setw(8) << memberText(event, "id") << ' ' << std::setw(26) << memberText(event, "received")
        << ' ' << std::setw(16) << json::printableLine(memberText(event, "source")) << ' ' << std::setw(10)
        << memberText(event, "kind") << ' ' << std::setw(24) << json::printableLine(decisionOf(event)) << ' '
        << json::printableLine(memberText(event, "title")) << '\n';
}

void printEvent(const Object &event, std::ostream &out)
{
    out << "Event " << memberText(event, "id") << '\n';
    for (const auto &[name, value] : event)
        if (name != "id" && name != "history" && name != "episodeSummary" && !value.isEmpty())
            out << "  " << std::left << std::setw(16) << json::printableLine(name) << ' '
                << json::printableLine(memberText(event, name)) << '\n';
    for (const auto &[title, member] : {std::pair("Episode", "episodeSummary"), std::pair("History", "history")})
        if (event.has(member))
        {
            out << '\n' << title << ":\n";
            printDocument(event.get(member), out);
        }
}

} // namespace

int listEvents(const config::HostConfig &config, const EventListOptions &wanted, bool json, const Streams &streams)
{
    http::ApiRequest request = apiRequest("GET", "/v1/events");
    for (const auto &[name, value] :
         {std::pair("source", wanted.source), std::pair("kind", wanted.kind), std::pair("decision", wanted.decision),
          std::pair("customer", wanted.customer), std::pair("q", wanted.search), std::pair("ticket", wanted.ticket)})
        if (!value.empty())
            request.query.emplace(name, value);
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr page =
            askForList(host, request, "events", static_cast<std::size_t>(wanted.limit), streams.log);
        const Array::Ptr all = page->getArray("events");
        if (json)
            printDocument(page, streams.out);
        for (unsigned i = 0; !json && i < all->size(); ++i)
            printEventRow(*all->getObject(i), streams.out);
        return exitOk;
    });
}

int showEvent(const config::HostConfig &config, const std::string &id, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr event = askFor(host, apiRequest("GET", apiPath("/v1/events/", id)), streams.log);
        if (json)
            printDocument(event, streams.out);
        else
            printEvent(*event, streams.out);
        return exitOk;
    });
}

int purgeEvents(const config::HostConfig &config, const std::string &customer, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr body = new Object;
        body->set("customer", customer);
        const Object::Ptr counts = askFor(host, apiRequest("POST", "/v1/events/purge", body), streams.log);
        if (json)
            printDocument(counts, streams.out);
        else
            streams.out << "Erased: the texts of " << memberText(*counts, "events") << " events, and "
                        << memberText(*counts, "deliveries") << " deliveries with their bodies. Tickets stay.\n";
        return exitOk;
    });
}

} // namespace psa::cli
