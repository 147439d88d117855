// The document at /openapi.json against the existing routes.
#include "host/delivery/breaker.h"
#include "host/plugin/documents.h"
#include "host/plugin/request_fields.h"
#include "tests/unit/api/bare_host.h"

#include <Poco/JSON/Array.h>
#include <Poco/String.h>

#include <catch2/catch.hpp>

#include <fstream>
#include <set>

using namespace psa::access;
using namespace psa::api;
using namespace psa::delivery;
using namespace psa::http;
using namespace psa::json;
using namespace psa::net;
using namespace psa::plugin;
using namespace psa::ticket;
using namespace psa::test;
using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

/// "GET /v1/tickets read" and the like.
using Operations = std::set<std::string>;

/// The scope that an operation requires, which both ways to authenticate name.
std::string scopeOf(const Object &operation)
{
    const Array::Ptr ways = operation.getArray("security");
    std::set<std::string> scopes;
    for (unsigned i = 0; i < ways->size(); ++i)
        for (const char *scheme : {"token", "session"})
            if (const Array::Ptr roles = ways->getObject(i)->getArray(scheme))
                scopes.insert(roles->getElement<std::string>(0));
    const bool whole = ways->size() == 0 || (ways->size() == 2 && scopes.size() == 1);
    return !whole ? "unclear" : scopes.empty() ? "anybody" : *scopes.begin();
}

Operations documented(const Object &document)
{
    Operations all;
    for (const auto &[path, item] : *document.getObject("paths"))
        for (const auto &[method, operation] : *item.extract<Object::Ptr>())
            if (method != "parameters")
                all.insert(Poco::toUpper(method) + " " + path + " " + scopeOf(*operation.extract<Object::Ptr>()));
    return all;
}

Operations routed(const Router &router)
{
    Operations all;
    for (const Router::Route &route : router.routes())
        all.insert(route.method + " " + route.path + " " + toText(route.scope));
    return all;
}

/// The query parameters of an operation, as routes name them.
std::set<std::string> queryOf(const Object &operation, const Object &components)
{
    std::set<std::string> names;
    if (const Array::Ptr parameters = operation.getArray("parameters"))
        for (unsigned i = 0; i < parameters->size(); ++i)
        {
            Object::Ptr parameter = parameters->getObject(i);
            if (parameter->has("$ref"))
                parameter = components.getObject("parameters")
                                ->getObject(Poco::replace(parameter->getValue<std::string>("$ref"),
                                                          std::string("#/components/parameters/"), std::string()));
            if (parameter->getValue<std::string>("in") == "query" &&
                parameter->getObject("schema")->optValue<std::string>("type", "") == "object")
                names.insert("*");
            else if (parameter->getValue<std::string>("in") == "query")
                names.insert(parameter->getValue<std::string>("name") + (parameter->has("explode") ? "*" : ""));
        }
    // A parameter of the document cannot stand for several names.
    if (operation.optValue<std::string>("description", "").find("`dependsOn.") != std::string::npos)
        names.insert("dependsOn.");
    return names;
}

/// Checks that `document` contains all of `schema`.
void checkSame(const Object &document, const Object &schema)
{
    for (const auto &[name, value] : schema)
    {
        CAPTURE(name);
        REQUIRE(document.has(name));
        if (name == "properties")
        {
            const Object::Ptr properties = document.getObject(name);
            const Object::Ptr wanted = schema.getObject(name);
            CHECK(properties->getNames().size() == wanted->getNames().size());
            for (const std::string &each : wanted->getNames())
            {
                CAPTURE(each);
                REQUIRE(properties->isObject(each));
                checkSame(*properties->getObject(each), *wanted->getObject(each));
            }
        }
        else
            CHECK(jsonText(document.get(name)) == jsonText(value));
    }
}

} // namespace

TEST_CASE("the document has every route with its scope, and no other", "[api]")
{
    BareHost host;
    const ApiResponse answer = host.ask(requestTo("GET", "/openapi.json"));
    REQUIRE(answer.status == 200);
    CHECK(answer.contentType == "application/json");
    const Operations inDocument = documented(*parseObject(answer.body));
    const Operations inRouter = routed(host.application.router());
    Operations onlyOne;
    std::set_symmetric_difference(inDocument.begin(), inDocument.end(), inRouter.begin(), inRouter.end(),
                                  std::inserter(onlyOne, onlyOne.end()));
    CAPTURE(onlyOne);
    CHECK(onlyOne.empty());
    CHECK(inRouter.size() == host.application.router().routes().size());
}

TEST_CASE("the document has every query parameter of a route, and no other", "[api]")
{
    BareHost host;
    const Object::Ptr document = parseObject(host.ask(requestTo("GET", "/openapi.json")).body);
    for (const Router::Route &route : host.application.router().routes())
    {
        CAPTURE(route.method, route.path);
        const Object::Ptr operation =
            document->getObject("paths")->getObject(route.path)->getObject(Poco::toLower(route.method));
        CHECK(queryOf(*operation, *document->getObject("components")) ==
              std::set<std::string>(route.query.begin(), route.query.end()));
    }
}

TEST_CASE("a ticket request is documented as it is validated", "[api]")
{
    const BareHost host;
    const Object::Ptr document = parseObject(host.ask(requestTo("GET", "/openapi.json")).body);
    const Object::Ptr request = document->getObject("components")->getObject("schemas")->getObject("TicketRequest");
    Object::Ptr schema = parseObject(embeddedSchemas.at("ticket-request"));
    for (const char *name : {"$schema", "$id", "$comment", "title"})
        schema->remove(name);
    const Object::Ptr properties = schema->getObject("properties");
    for (const std::string &name : properties->getNames())
        for (const char *forForms : {"title", "sameTitle", "order", "since", "multiline", "patternHint"})
            properties->getObject(name)->remove(forForms);
    checkSame(*request, *schema);
}

TEST_CASE("requests for updates of tickets are documented with the members that are validated", "[api]")
{
    const BareHost host;
    const Object::Ptr schemas =
        parseObject(host.ask(requestTo("GET", "/openapi.json")).body)->getObject("components")->getObject("schemas");
    const auto namesIn = [](const Object::Ptr &schema) {
        const std::vector<std::string> names = schema->getObject("properties")->getNames();
        return std::set<std::string>(names.begin(), names.end());
    };
    for (const auto &[inDocument, validated] :
         {std::pair("NoteRequest", "note-request"), std::pair("ChangeRequest", "change-request"),
          std::pair("ResolveRequest", "resolve-request"), std::pair("ReopenRequest", "reopen-request")})
    {
        CAPTURE(inDocument);
        const Object::Ptr schema = parseObject(embeddedSchemas.at(validated));
        CHECK(namesIn(schemas->getObject(inDocument)) == namesIn(schema));
        CHECK(jsonText(schemas->getObject(inDocument)->get("required")) == jsonText(schema->get("required")));
    }
}

TEST_CASE("a field of ticket requests is in every document about tickets", "[api]")
{
    const BareHost host;
    const Object::Ptr schemas =
        parseObject(host.ask(requestTo("GET", "/openapi.json")).body)->getObject("components")->getObject("schemas");
    const auto namesIn = [](const Object::Ptr &schema) {
        const std::vector<std::string> names = schema->getObject("properties")->getNames();
        return std::set<std::string>(names.begin(), names.end());
    };
    std::set<std::string> ticket{"version", "fields"};
    for (const RequestField &field : requestFields())
        ticket.insert(field.name);
    CHECK(namesIn(parseObject(embeddedSchemas.at("ticket"))) == ticket);
    CHECK(namesIn(schemas->getObject("BuiltTicket")) == ticket);
    const auto request = namesIn(parseObject(embeddedSchemas.at("ticket-request")));
    CHECK(namesIn(schemas->getObject("TicketInput")) == request);
    CHECK(namesIn(schemas->getObject("TicketRequest")) == request);
    CHECK(requestAddress() == std::vector<std::string>{"connection", "key"});
}

TEST_CASE("every pause of a connection is in the API document, on the page and in an alert rule", "[api]")
{
    const BareHost host;
    const Object::Ptr schemas =
        parseObject(host.ask(requestTo("GET", "/openapi.json")).body)->getObject("components")->getObject("schemas");
    const auto namesIn = [](const Object::Ptr &schema) {
        const Array::Ptr names = schema->getArray("enum");
        std::set<std::string> all;
        for (unsigned i = 0; i < names->size(); ++i)
            all.insert(names->getElement<std::string>(i));
        return all;
    };
    const auto linesOf = [](const char *file, const std::string &with) {
        std::ifstream in(std::string(PSA_SOURCE_DIR) + file);
        REQUIRE(in);
        std::string all;
        for (std::string line; std::getline(in, line);)
            all += line.find(with) == std::string::npos ? "" : line + "\n";
        return all;
    };
    std::set<std::string> pauses;
    for (const Pause pause : allPauses)
        pauses.insert(toText(pause));
    CHECK(namesIn(schemas->getObject("Pause")) == pauses);
    const auto waits = namesIn(schemas->getObject("WaitsFor")->getObject("properties")->getObject("code"));
    const std::string page = linesOf("/host/web/connection_states.js", ": {");
    const std::string rules = linesOf("/packaging/psa-host.rules.yml", "psa_host_connection_paused");
    for (const std::string &pause : pauses)
    {
        CAPTURE(pause);
        CHECK(waits.contains(pause));
        CHECK(page.find("  " + pause + ": {") != std::string::npos);
        CHECK(rules.find(pause) != std::string::npos);
    }
}
