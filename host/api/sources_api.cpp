#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/events/intake.h"
#include "host/events/presets.h"
#include "host/events/sources.h"
#include "host/json/base64.h"
#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>
#include <Poco/String.h>

#include <array>
#include <limits>

namespace psa::api {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;
using store::DeliveryState;

/// The body of a delivery, as text with escapes or in base64, in a JSON document.
constexpr std::size_t largestTrial = 2 * events::maxDelivery;
constexpr int maxTrialDepth = 8;
constexpr std::size_t deliveriesOfPage = 50;

constexpr std::array stateNames = {"done", "notUnderstood", "kept"};

/// Members of a source's view that are not part of its document.
const std::set<std::string> &sourceViewMembers()
{
    static const std::set<std::string> members = {
        "id", "version", "url", "urlWithSecret", "hasToken", "hasSignatureSecret", "state", "trouble"};
    return members;
}

std::string hookPath(const std::string &name)
{
    return "/v1/hooks/" + name; // a source's name needs no encoding
}

Var textOrNull(const std::string &text)
{
    return text.empty() ? Var() : Var(text);
}

Var timeOrNull(const std::optional<clock::Clock::Wall> &time)
{
    return time ? Var(timeText(*time)) : Var();
}

Object::Ptr stateView(const events::LiveSource &source, const store::SourceCounts &counts, clock::Clock::Wall now)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("parked", source.state.isParked());
    view->set("reason", textOrNull(source.state.parked));
    view->set("lastDelivery", timeOrNull(counts.last));
    const auto heard = counts.last.value_or(source.stored.created);
    const bool isSilent = source.settings.silentAfter && now - heard > *source.settings.silentAfter;
    view->set("silentSince", isSilent ? Var(timeText(heard)) : Var());
    view->set("deliveries", counts.deliveries);
    view->set("events", counts.events);
    view->set("notUnderstood", counts.notUnderstood);
    view->set("kept", counts.kept);
    view->set("refused", source.tally->refused.load());
    view->set("keepsBodies", source.bodyKey != nullptr);
    return view;
}

store::SourceCounts countsOf(const std::map<std::int64_t, store::SourceCounts> &counts, std::int64_t id)
{
    const auto at = counts.find(id);
    return at == counts.end() ? store::SourceCounts() : at->second;
}

Object::Ptr presetView(const events::Preset &preset)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("name", preset.name);
    view->set("title", preset.title);
    view->set("description", preset.description);
    view->set("senders", json::arrayOf(preset.senders));
    view->set("authentication", json::arrayOf(preset.authentication));
    view->set("localTime", preset.localTime);
    view->set("repeats", preset.repeats);
    view->set("staleAfterHours", preset.staleAfterHours);
    view->set("retries", preset.retries);
    view->set("losesOnFailure", preset.losesOnFailure);
    view->set("settings", preset.settings);
    view->set("instructions", preset.instructions);
    return view;
}

/// A body as a string if JSON can represent it, otherwise in base64.
void setBody(Object &view, const std::string &body)
{
    if (json::isValidUtf8(body) && body.find('\0') == std::string::npos)
        view.set("body", body);
    else
        view.set("bodyBase64", json::toBase64(body));
}

/// An object whose members are all strings.
std::map<std::string, std::string> textsIn(const Object &body, const std::string &name)
{
    std::map<std::string, std::string> texts;
    if (const Object::Ptr object = objectMember(body, name))
        for (const auto &[key, value] : *object)
        {
            if (!value.isString())
                throw http::Problem(400, "bad-body", "Invalid body", "\"" + name + "\" must have strings only.")
                    .at("/" + name + "/" + key, "must be a string");
            texts[key] = value.toString();
        }
    return texts;
}

std::string trialBody(const Object &body)
{
    const std::string base64 = textMember(body, "bodyBase64");
    if (base64.empty())
        return body.has("body") && body.get("body").isString() ? body.getValue<std::string>("body")
                                                               : textMember(body, "body");
    if (body.has("body"))
        throw http::Problem(400, "bad-body", "Invalid body", "Give either \"body\" or \"bodyBase64\".");
    auto bytes = json::fromBase64(base64);
    if (!bytes)
        throw http::Problem(400, "bad-body", "Invalid body", "\"bodyBase64\" is not base64.")
            .at("/bodyBase64", "is not base64");
    return std::move(*bytes);
}

/// The delivery in the body of a trial. Without a method it is a POST, or a GET if it has a query and no body.
events::RawDelivery trialDelivery(const Object &body)
{
    events::RawDelivery delivery;
    delivery.body = trialBody(body);
    if (delivery.body.size() > events::maxDelivery)
        throw http::tooLarge(events::maxDelivery);
    for (auto &[name, value] : textsIn(body, "query"))
        delivery.query.emplace(name, value);
    for (auto &[name, value] : textsIn(body, "headers"))
        delivery.headers[Poco::toLower(name)] = value;
    delivery.contentType = textMember(body, "contentType");
    if (delivery.contentType.empty() && delivery.headers.contains("content-type"))
        delivery.contentType = delivery.headers.at("content-type");
    delivery.method = Poco::toUpper(textMember(body, "method"));
    if (delivery.method.empty())
        delivery.method = delivery.body.empty() && !delivery.query.empty() ? "GET" : "POST";
    return delivery;
}

http::ApiResponse showPresets(const http::ApiRequest &)
{
    Array::Ptr all = new Array;
    for (const auto &[name, preset] : events::presets())
        all->add(presetView(preset));
    Object body;
    body.set("presets", all);
    return toAnswer(body);
}

http::ApiResponse showPreset(const http::ApiRequest &request)
{
    const std::string name = request.parameters.at("name");
    const auto at = events::presets().find(name);
    if (at == events::presets().end())
        throw http::Problem(404, "unknown-preset", "Preset not found", "There is no preset \"" + name + "\".");
    Object::Ptr view = presetView(at->second);
    view->set("reader", at->second.readerJq);
    return toAnswer(*view);
}

class SourceHandlers
{
public:
    explicit SourceHandlers(ApiParts parts) : parts_(std::move(parts)) {}

    http::ApiResponse list(const http::ApiRequest &request) const
    {
        const auto counts = allCounts();
        Array::Ptr all = new Array;
        for (const events::Sources::Live &source : parts_.sources.all())
            all->add(view(*source, countsOf(counts, source->stored.id), request));
        Object body;
        body.set("sources", all);
        return toAnswer(body);
    }

    http::ApiResponse show(const http::ApiRequest &request) const
    {
        return shown(*parts_.sources.get(nameOf(request)), request, 200);
    }

    http::ApiResponse add(const http::ApiRequest &request)
    {
        const Input input = inputOf(request);
        const auto added = parts_.sources.add(*input.document, input.signature, request.caller.name);
        Object body(Poco::JSON_PRESERVE_KEY_ORDER);
        body.set("source", view(*added.source, {}, request));
        body.set("token", added.token);
        body.set("url", urlOf(request, hookPath(added.source->stored.name)));
        return toAnswer(body, 201);
    }

    http::ApiResponse put(const http::ApiRequest &request)
    {
        Input input = inputOf(request);
        if (!input.document->has("name"))
            input.document->set("name", nameOf(request));
        return shown(*parts_.sources.change(nameOf(request), *input.document, input.signature, input.version,
                                            request.caller.name),
                     request, 200);
    }

    http::ApiResponse remove(const http::ApiRequest &request)
    {
        parts_.sources.remove(nameOf(request), request.caller.name);
        return {204, "", "", {}};
    }

    http::ApiResponse renewToken(const http::ApiRequest &request)
    {
        Object body;
        body.set("token", parts_.sources.renewToken(nameOf(request), request.caller.name));
        return toAnswer(body);
    }
    http::ApiResponse revokeToken(const http::ApiRequest &request)
    {
        parts_.sources.revokeToken(nameOf(request), request.caller.name);
        return {204, "", "", {}};
    }
    http::ApiResponse renewUrl(const http::ApiRequest &request)
    {
        const std::string secret = parts_.sources.renewUrlSecret(nameOf(request), request.caller.name);
        Object body;
        body.set("url", urlOf(request, hookPath(nameOf(request)) + "/" + secret));
        return toAnswer(body);
    }
    http::ApiResponse revokeUrl(const http::ApiRequest &request)
    {
        parts_.sources.revokeUrlSecret(nameOf(request), request.caller.name);
        return {204, "", "", {}};
    }
    http::ApiResponse removeSignature(const http::ApiRequest &request)
    {
        parts_.sources.removeSignatureKey(nameOf(request), request.caller.name);
        return {204, "", "", {}};
    }

    http::ApiResponse resume(const http::ApiRequest &request)
    {
        return shown(*parts_.sources.resume(nameOf(request), request.caller.name), request, 200);
    }

    /// What would become of a delivery; nothing is stored.
    http::ApiResponse test(const http::ApiRequest &request) const;

    http::ApiResponse deliveries(const http::ApiRequest &request) const
    {
        store::DeliveryQuery query;
        query.sourceId = parts_.sources.get(nameOf(request))->stored.id;
        query.state = stateIn(request);
        query.cursor = request.queryValue("before");
        query.limit = pageLimitIn(request, deliveriesOfPage);
        const auto page =
            parts_.store.read([&](const store::StoreReader &reader) { return reader.listDeliveries(query); });
        Object body(Poco::JSON_PRESERVE_KEY_ORDER);
        body.set("deliveries", json::arrayOf(page.deliveries, deliveryView));
        if (!page.next.empty())
            body.set("next", page.next);
        return toAnswer(body);
    }

    http::ApiResponse delivery(const http::ApiRequest &request) const;

    http::ApiResponse readAgain(const http::ApiRequest &request)
    try
    {
        const auto received = parts_.intake.readAgain(idOf(request));
        Object body(Poco::JSON_PRESERVE_KEY_ORDER);
        body.set("delivery", received.delivery);
        body.set("state", events::toText(received.kind));
        if (!received.reason.empty())
            body.set("reason", received.reason);
        body.set("events", json::arrayOf(received.events, eventSummary));
        return toAnswer(body);
    }
    catch (const events::CannotReadAgain &error)
    {
        throw http::Problem(409, "not-allowed", "Not possible in this state", error.what());
    }

private:
    /// What is to be stored of a request.
    struct Input
    {
        Object::Ptr document;
        std::optional<std::string> signature;
        std::optional<std::int64_t> version;
    };

    static std::string nameOf(const http::ApiRequest &request) { return request.parameters.at("name"); }
    static std::int64_t idOf(const http::ApiRequest &request)
    {
        return numberIn("id", request.parameters.at("id"), 1, std::numeric_limits<std::int64_t>::max());
    }

    events::SourceSettings trialSettings(const Object &body) const;

    /// A view that was changed and sent back is accepted.
    static Input inputOf(const http::ApiRequest &request)
    {
        Input input;
        input.document = readObject(request);
        if (const std::string secret = textMember(*input.document, "signatureSecret"); !secret.empty())
            input.signature = secret;
        if (const Var version = json::asWhole(input.document->get("version")); version.isInteger())
            input.version = version.convert<std::int64_t>();
        else if (!version.isEmpty())
            throw http::Problem(400, "bad-body", "Invalid body", "\"version\" must be an integer.")
                .at("/version", "is not an integer");
        input.document->remove("signatureSecret");
        for (const std::string &name : sourceViewMembers())
            input.document->remove(name);
        return input;
    }

    static std::optional<DeliveryState> stateIn(const http::ApiRequest &request)
    {
        const std::string text = request.queryValue("state");
        if (text.empty())
            return std::nullopt;
        for (std::size_t i = 0; i < stateNames.size(); ++i)
            if (text == stateNames.at(i))
                return static_cast<DeliveryState>(i);
        throw http::Problem(400, "bad-state", "Unknown state",
                            "state must be done, notUnderstood or kept, not \"" + text + "\".");
    }

    static Object::Ptr deliveryView(const store::StoredDelivery &delivery)
    {
        Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        view->set("id", delivery.id);
        view->set("source", delivery.source);
        view->set("received", timeText(delivery.received));
        view->set("state", stateNames.at(static_cast<std::size_t>(delivery.state)));
        view->set("reason", textOrNull(delivery.reason));
        view->set("bytes", delivery.bytes);
        return view;
    }

    std::map<std::int64_t, store::SourceCounts> allCounts() const
    {
        return parts_.store.read([](const store::StoreReader &reader) { return reader.sourceCounts(); });
    }

    http::ApiResponse shown(const events::LiveSource &source, const http::ApiRequest &request, int status) const
    {
        return toAnswer(*view(source, countsOf(allCounts(), source.stored.id), request), status);
    }

    Object::Ptr view(const events::LiveSource &source, const store::SourceCounts &counts,
                     const http::ApiRequest &request) const
    {
        Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        view->set("id", source.stored.id);
        view->set("version", source.stored.version);
        std::string damage;
        const Object::Ptr document = source.settings.preset.empty()
                                         ? json::parseStored(source.stored.documentJson, damage)
                                         : events::toJson(source.settings);
        for (const auto &[name, value] : *document)
            view->set(name, value);
        view->set("name", source.stored.name);
        view->set("url", urlOf(request, hookPath(source.stored.name)));
        view->set("urlWithSecret", !source.secrets.urlDigest.empty());
        view->set("hasToken", !source.secrets.tokenDigest.empty());
        view->set("hasSignatureSecret", source.secrets.sealed.fields.contains(events::signatureSecret));
        view->set("trouble", textOrNull(source.trouble));
        view->set("state", stateView(source, counts, parts_.clock->wallNow()));
        return view;
    }

    /// The URL of `path`: at the host that the request was sent to, or, for one on the socket, where the API is served.
    std::string urlOf(const http::ApiRequest &request, const std::string &path) const
    {
        const std::string host = request.caller.address.empty() ? std::string() : request.header("host");
        if (host.empty())
            return parts_.url + path;
        const std::string scheme = parts_.url.starts_with("http://") ? "http://" : "https://";
        return scheme + host + path;
    }

    ApiParts parts_;
};

http::ApiResponse SourceHandlers::delivery(const http::ApiRequest &request) const
try
{
    const std::int64_t id = idOf(request);
    const bool withBody = flagIn(request, "body");
    if (withBody && !request.caller.isAdmin)
        throw http::Problem(403, "scope", "Forbidden",
                            "The body of a delivery may contain anything: it needs the scope admin.");
    store::EventQuery query;
    query.deliveryId = id;
    query.limit = store::maxPageEntries;
    const auto [row, page] = parts_.store.read(
        [&](const store::StoreReader &reader) { return std::pair(reader.delivery(id), reader.listEvents(query)); });
    if (!row)
        throw http::Problem(404, "not-found", "Not found", "There is no delivery " + std::to_string(id) + ".");
    Object::Ptr view = deliveryView(*row);
    view->set("hasBody", row->bytes == 0 || !row->sealedBody.empty());
    std::string damage;
    view->set("request", json::parseStored(row->requestJson, damage));
    view->set("events", json::arrayOf(page.events, eventSummary));
    if (withBody)
        setBody(*view, parts_.intake.request(*row).body);
    return toAnswer(*view);
}
catch (const events::CannotReadAgain &error)
{
    throw http::Problem(409, "not-allowed", "Not possible in this state", error.what());
}

/// The settings that a trial names or contains.
events::SourceSettings SourceHandlers::trialSettings(const Object &body) const
{
    if (const std::string name = textMember(body, "source"); !name.empty())
    {
        const auto source = parts_.sources.get(name);
        if (!source->trouble.empty())
            throw http::Problem(409, "not-allowed", "Not possible in this state",
                                "The source " + name + " cannot work: " + source->trouble);
        return source->settings;
    }
    Object document;
    document.set("name", "test");
    for (const char *member : {"preset", "reader", "settings", "timeZone"})
        if (body.has(member))
            document.set(member, body.get(member));
    return parts_.sources.checked(document);
}

http::ApiResponse SourceHandlers::test(const http::ApiRequest &request) const
{
    const Object::Ptr body = readObject(request, {largestTrial, maxTrialDepth});
    checkMembers(*body, {"source", "preset", "reader", "settings", "timeZone", "body", "bodyBase64", "contentType",
                         "headers", "query", "method"});
    const auto trial = parts_.intake.tryOut(trialSettings(*body), trialDelivery(*body));
    const events::ReaderResult &result = trial.result;
    const bool isRefused = result.kind == events::reader::Reading::Kind::refused;
    const bool isRead = result.kind == events::reader::Reading::Kind::events;
    Object answer(Poco::JSON_PRESERVE_KEY_ORDER);
    answer.set("unset", json::arrayOf(result.tree.unset));
    answer.set("events",
               json::arrayOf(result.events, [](const events::Event &event) { return events::toJson(event); }));
    answer.set("refused", isRefused ? Var(result.text) : Var());
    answer.set("failed", isRead || isRefused ? Var() : Var(result.text));
    answer.set("notes", json::arrayOf(result.notes));
    answer.set("decisions", json::arrayOf(trial.decisions));
    // The tree may be deeper and larger than what is parsed elsewhere, and is JSON already.
    std::string text = json::toText(answer);
    text.replace(0, 1, "{\"tree\":" + (result.tree.json.empty() ? std::string("null") : result.tree.json) + ",");
    return {200, "application/json", std::move(text), {}};
}

} // namespace

void addSourceRoutes(http::Router &router, const ApiParts &parts)
{
    using enum http::Scope;
    const auto handlers = std::make_shared<SourceHandlers>(parts);
    const auto add = [&](const char *method, const char *path, http::Scope scope, auto verb,
                         std::vector<std::string> query = {}) {
        router.add(method, path, scope, handlers, verb, http::Router::Waits::forStore, std::move(query));
    };
    router.add({"GET", "/v1/presets", read, showPresets});
    router.add({"GET", "/v1/presets/{name}", read, showPreset});
    add("GET", "/v1/sources", read, &SourceHandlers::list);
    add("POST", "/v1/sources", admin, &SourceHandlers::add);
    router.add({"POST",
                "/v1/sources/test",
                read,
                [handlers](const http::ApiRequest &request) { return handlers->test(request); },
                http::Router::Waits::forPsa,
                nullptr,
                {},
                largestTrial});
    add("GET", "/v1/sources/{name}", read, &SourceHandlers::show);
    add("PUT", "/v1/sources/{name}", admin, &SourceHandlers::put);
    add("DELETE", "/v1/sources/{name}", admin, &SourceHandlers::remove);
    add("POST", "/v1/sources/{name}/token", admin, &SourceHandlers::renewToken);
    add("DELETE", "/v1/sources/{name}/token", admin, &SourceHandlers::revokeToken);
    add("POST", "/v1/sources/{name}/secret-url", admin, &SourceHandlers::renewUrl);
    add("DELETE", "/v1/sources/{name}/secret-url", admin, &SourceHandlers::revokeUrl);
    add("DELETE", "/v1/sources/{name}/signature-secret", admin, &SourceHandlers::removeSignature);
    add("POST", "/v1/sources/{name}/resume", operate, &SourceHandlers::resume);
    add("GET", "/v1/sources/{name}/deliveries", read, &SourceHandlers::deliveries, {"state", "before", "limit"});
    add("GET", "/v1/deliveries/{id}", read, &SourceHandlers::delivery, {"body"});
    add("POST", "/v1/deliveries/{id}/run", operate, &SourceHandlers::readAgain);
}

} // namespace psa::api
