#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"

#include <Poco/JSON/Array.h>

namespace psa::api {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using store::DefinitionKind;

/// Members of a view that are not part of the document: a view that was changed can be sent back.
const std::set<std::string> definitionViewMembers = {"id",      "version", "position", "created",
                                                     "changed", "damaged", "trouble",  "warnings"};

/// The document in the body, and the version that it replaces.
struct Sent
{
    Object::Ptr document;
    std::optional<std::int64_t> version;
};

Sent sentBy(const http::ApiRequest &request)
{
    Sent sent{readObject(request), std::nullopt};
    if (sent.document->has("version") && !sent.document->isNull("version"))
    {
        const Poco::Dynamic::Var version = sent.document->get("version");
        if (!version.isInteger() || version.isBoolean())
            throw http::Problem(400, "bad-body", "Invalid body", "\"version\" must be an integer.")
                .at("/version", "must be an integer");
        sent.version = version.convert<std::int64_t>();
    }
    removeViewMembers(*sent.document);
    return sent;
}

/// Why it has no effect; "" = it has.
std::string troubleOf(const ApiParts &parts, const store::StoredDefinition &stored)
{
    const auto current = parts.definitions.current();
    if (stored.kind == DefinitionKind::rule)
        for (const events::LiveRule &rule : current->rules)
            if (rule.id == stored.id)
                return events::troubleOf(rule, parts.connections);
    for (const events::DamagedDefinition &each : current->damaged)
        if (each.kind == stored.kind && each.name == stored.name)
            return "It cannot be read and has no effect: " + each.why + ". Enter it again.";
    return "";
}

Object::Ptr definitionView(const ApiParts &parts, const store::StoredDefinition &stored)
{
    std::string damage;
    const Object::Ptr document = json::parseStored(stored.documentJson, damage);
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("name", stored.name);
    for (const auto &[name, value] : *document)
        view->set(name, value);
    view->set("id", stored.id);
    view->set("version", stored.version);
    if (stored.kind == DefinitionKind::rule)
        view->set("position", stored.position);
    view->set("created", timeText(stored.created));
    view->set("changed", timeText(stored.changed));
    if (!damage.empty())
        view->set("damaged", damage);
    if (const std::string trouble = troubleOf(parts, stored); !trouble.empty())
        view->set("trouble", trouble);
    return view;
}

/// Lists, reads and changes the rules, the windows or the customers.
class DefinitionHandlers
{
public:
    DefinitionHandlers(ApiParts parts, DefinitionKind kind) : parts_(std::move(parts)), kind_(kind) {}

    http::ApiResponse list(const http::ApiRequest &) const
    {
        const auto all = parts_.store.read([&](const store::StoreReader &reader) { return reader.definitions(kind_); });
        Object body;
        body.set(store::toText(kind_) + std::string("s"),
                 json::arrayOf(all, [&](const store::StoredDefinition &each) { return definitionView(parts_, each); }));
        return toAnswer(body);
    }

    http::ApiResponse show(const http::ApiRequest &request) const
    {
        return toAnswer(*definitionView(parts_, stored(request)));
    }

    http::ApiResponse add(const http::ApiRequest &request)
    {
        return savedAnswer(parts_, parts_.definitions.add(kind_, *sentBy(request).document, request.caller.name), 201);
    }

    http::ApiResponse change(const http::ApiRequest &request)
    {
        const Sent sent = sentBy(request);
        return savedAnswer(
            parts_,
            parts_.definitions.change(kind_, nameOf(request), *sent.document, sent.version, request.caller.name), 200);
    }

    http::ApiResponse remove(const http::ApiRequest &request)
    {
        parts_.definitions.remove(kind_, nameOf(request), request.caller.name);
        return {204, "", "", {}};
    }

    /// Every version of it, newest first.
    http::ApiResponse versions(const http::ApiRequest &request) const
    {
        const store::StoredDefinition definition = stored(request);
        const auto all = parts_.store.read(
            [&](const store::StoreReader &reader) { return reader.definitionHistory(definition.kind, definition.id); });
        Object body;
        body.set("versions", json::arrayOf(all, [&](const store::DefinitionVersion &each) {
                     Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
                     view->set("version", each.version);
                     view->set("time", timeText(each.time));
                     view->set("who", each.who);
                     std::string damage;
                     view->set(store::toText(kind_), json::parseStored(each.documentJson, damage));
                     if (!damage.empty())
                         view->set("damaged", damage);
                     return view;
                 }));
        return toAnswer(body);
    }

    http::ApiResponse order(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"names"});
        const Array::Ptr names = body->isArray("names") ? body->getArray("names") : nullptr;
        if (names.isNull())
            throw http::Problem(400, "bad-body", "Invalid body", "\"names\" must be a list.")
                .at("/names", "must be a list");
        std::vector<std::string> order;
        for (const Poco::Dynamic::Var &each : *names)
        {
            const std::string pointer = "/names/" + std::to_string(order.size());
            if (!each.isString())
                throw http::Problem(400, "bad-body", "Invalid body", "\"names\" must consist of strings.")
                    .at(pointer, "is not a string");
            order.push_back(each.toString());
        }
        parts_.definitions.order(order, request.caller.name);
        return list(request);
    }

private:
    static std::string nameOf(const http::ApiRequest &request) { return request.parameters.at("name"); }

    store::StoredDefinition stored(const http::ApiRequest &request) const
    {
        const std::string name = nameOf(request);
        const auto found =
            parts_.store.read([&](const store::StoreReader &reader) { return reader.definition(kind_, name); });
        if (!found)
            throw events::UnknownDefinition(kind_, name);
        return *found;
    }

    ApiParts parts_;
    DefinitionKind kind_;
};

/// `list`: "/v1/rules".
std::shared_ptr<DefinitionHandlers> addRoutes(http::Router &router, const ApiParts &parts, DefinitionKind kind,
                                              const std::string &list)
{
    using Waits = http::Router::Waits;
    auto handlers = std::make_shared<DefinitionHandlers>(parts, kind);
    const std::string one = list + "/{name}";
    router.add("GET", list.c_str(), http::Scope::read, handlers, &DefinitionHandlers::list);
    router.add("POST", list.c_str(), http::Scope::admin, handlers, &DefinitionHandlers::add, Waits::forPsa);
    router.add("GET", one.c_str(), http::Scope::read, handlers, &DefinitionHandlers::show);
    router.add("PUT", one.c_str(), http::Scope::admin, handlers, &DefinitionHandlers::change, Waits::forPsa);
    router.add("DELETE", one.c_str(), http::Scope::admin, handlers, &DefinitionHandlers::remove);
    return handlers;
}

} // namespace

void removeViewMembers(Object &document)
{
    for (const std::string &name : definitionViewMembers)
        document.remove(name);
}

http::ApiResponse savedAnswer(const ApiParts &parts, const events::SavedDefinition &saved, int status)
{
    Object::Ptr body = definitionView(parts, saved.stored);
    if (!saved.warnings.empty())
        body->set("warnings", json::arrayOf(saved.warnings));
    return toAnswer(*body, status);
}

void addDefinitionRoutes(http::Router &router, const ApiParts &parts)
{
    const auto rules = addRoutes(router, parts, DefinitionKind::rule, "/v1/rules");
    router.add("GET", "/v1/rules/{name}/versions", http::Scope::read, rules, &DefinitionHandlers::versions);
    router.add("PUT", "/v1/rules-order", http::Scope::admin, rules, &DefinitionHandlers::order);
    addRoutes(router, parts, DefinitionKind::window, "/v1/windows");
    addRoutes(router, parts, DefinitionKind::customer, "/v1/customers");
}

} // namespace psa::api
