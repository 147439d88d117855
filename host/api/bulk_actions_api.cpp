#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"
#include "host/service/bulk_actions.h"
#include "host/store/search_words.h"

#include <Poco/JSON/Array.h>

#include <memory>

namespace psa::api {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;
using service::BulkAction;
using service::BulkActions;
using service::BulkTarget;
using Kind = BulkAction::Kind;

http::Problem invalid(const std::string &pointer, const std::string &problem, const std::string &detail)
{
    return http::Problem(422, "invalid", "Invalid value", detail).at(pointer, problem);
}

Kind kindIn(const Object &body)
{
    const std::string text = textMember(body, "action");
    if (text == "retry")
        return Kind::retry;
    if (text == "discard")
        return Kind::discard;
    if (text == "link")
        return Kind::link;
    throw invalid("/action", "must be retry, discard or link", "\"action\" must be retry, discard or link.");
}

/// A ticket's number or reference.
std::string nameFrom(const Var &value, const std::string &pointer)
{
    if (value.isInteger() && !value.isBoolean())
        return value.convert<std::string>();
    if (value.isString() && !value.extract<std::string>().empty())
        return value.extract<std::string>();
    throw invalid(pointer, "is not a ticket", "A ticket is named by its number or its reference.");
}

/// The array `name` with at most `most` entries, each passed to `add` with its location.
template <class Add>
void eachOf(const Object &body, const char *name, std::size_t most, const Add &add)
{
    const std::string pointer = std::string("/") + name;
    const Array::Ptr list = body.isArray(name) ? body.getArray(name) : nullptr;
    if (list.isNull() || list->size() == 0 || list->size() > most)
        throw invalid(pointer, "must have 1 to " + std::to_string(most) + " entries",
                      "\"" + std::string(name) + "\" must be a list of 1 to " + std::to_string(most) + " entries.");
    for (unsigned i = 0; i < list->size(); ++i)
        add(list->get(i), pointer + "/" + std::to_string(i));
}

std::vector<BulkTarget> idsIn(const Object &body)
{
    std::vector<BulkTarget> targets;
    eachOf(body, "ids", BulkActions::maxTickets, [&](const Var &each, const std::string &pointer) {
        targets.push_back({nameFrom(each, pointer), ""});
    });
    return targets;
}

std::vector<BulkTarget> linksIn(const Object &body)
{
    std::vector<BulkTarget> targets;
    eachOf(body, "links", BulkActions::maxLinks, [&](const Var &each, const std::string &pointer) {
        const Object::Ptr link = each.type() == typeid(Object::Ptr) ? each.extract<Object::Ptr>() : nullptr;
        if (link.isNull())
            throw invalid(pointer, "must be an object", "A link has an \"id\" and a \"psaTicketId\".");
        checkMembers(*link, {"id", "psaTicketId"}, pointer);
        targets.push_back({nameFrom(link->get("id"), pointer + "/id"), textMember(*link, "psaTicketId")});
    });
    return targets;
}

std::optional<clock::Clock::Wall> timeMember(const Object &filter, const char *name)
{
    const std::string text = textMember(filter, name);
    const auto time = timeFrom(text);
    if (!text.empty() && !time)
        throw invalid(std::string("/filter/") + name, "is not a time",
                      std::string(name) + " must be a time such as 2026-11-24T17:00:00Z, not \"" + text + "\".");
    return time;
}

/// Whether the filter, from which `query` was read, has no member with a value: null and blank texts limit nothing.
bool meansAll(const Object &filter, const store::TicketQuery &query)
{
    return !filter.has("state") && query.connection.empty() && query.reason.empty() && !query.from && !query.until &&
           store::SearchWords(query.text).all().empty();
}

/// The tickets that "filter" means: as the query parameters of the list.
store::TicketQuery queryFrom(const Object &filter, const http::Caller &caller)
{
    checkMembers(filter, {"state", "connection", "reason", "q", "from", "until"}, "/filter");
    store::TicketQuery query;
    if (filter.has("state"))
        eachOf(filter, "state", ticket::ticketStateCount, [&](const Var &each, const std::string &pointer) {
            if (!each.isString())
                throw invalid("/filter" + pointer, "is not a state", "A state is a text.");
            addStates(each.extract<std::string>(), query);
        });
    query.connection = textMember(filter, "connection");
    setReason(textMember(filter, "reason"), query);
    query.text = textMember(filter, "q");
    query.from = timeMember(filter, "from");
    query.until = timeMember(filter, "until");
    if (meansAll(filter, query))
        throw invalid("/filter", "is empty", "An empty filter would mean all tickets: give at least a state.");
    query.connections = caller.connections;
    return query;
}

/// As the answer to the action on a single ticket would be.
Object::Ptr errorView(const std::exception_ptr &failure)
{
    const auto viewOf = [](const http::Problem &problem) {
        const Object::Ptr document = json::parseObject(problem.toResponse().body);
        Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        for (const char *member : {"type", "title", "status", "detail"})
            view->set(member, document->get(member));
        return view;
    };
    try
    {
        try
        {
            std::rethrow_exception(failure);
        }
        catch (...)
        {
            throwAsProblem();
        }
    }
    catch (const http::Problem &problem)
    {
        return viewOf(problem);
    }
    catch (const std::exception &error) // others were handled already, and their results must be told
    {
        return viewOf({500, "internal", "Internal error", error.what()});
    }
}

Object::Ptr resultView(const service::BulkResult &result)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    if (result.id != 0)
        view->set("id", result.id);
    else
        view->set("id", result.name);
    view->set("ok", !result.failure);
    if (result.failure)
        view->set("error", errorView(result.failure));
    else
        view->set("state", ticket::toText(result.state));
    return view;
}

class BulkHandlers
{
public:
    explicit BulkHandlers(const ApiParts &parts) : actions_(parts.tickets, parts.store) {}

    http::ApiResponse act(const http::ApiRequest &request)
    {
        const Object::Ptr body =
            readBody(request, {"action", "ids", "filter", "links", "changes", "verifyFirst", "reason", "dryRun"});
        BulkAction action = actionIn(*body);
        const BulkActions::Found found = targetsIn(*body, request.caller, action);
        const auto results = actions_.apply(
            action, found.targets, [&](const std::string &connection) { return request.caller.mayUse(connection); },
            request.caller.name);
        Object view(Poco::JSON_PRESERVE_KEY_ORDER);
        view.set("results", json::arrayOf(results, resultView));
        if (found.more)
            view.set("more", true);
        return toAnswer(view);
    }

private:
    static BulkAction actionIn(const Object &body)
    {
        BulkAction action;
        action.kind = kindIn(body);
        action.verifyFirst = optionalFlag(body, "verifyFirst");
        action.changes = objectMember(body, "changes");
        action.reason = textMember(body, "reason");
        action.dryRun = flagMember(body, "dryRun", false);
        for (const auto &[name, kind] : {std::pair("verifyFirst", Kind::retry), std::pair("changes", Kind::retry),
                                         std::pair("reason", Kind::discard), std::pair("links", Kind::link)})
            if (body.has(name) && !body.isNull(name) && kind != action.kind)
                throw invalid(std::string("/") + name, "does not belong to this action",
                              "\"" + std::string(name) + "\" does not belong to the action " +
                                  textMember(body, "action") + ".");
        return action;
    }

    BulkActions::Found targetsIn(const Object &body, const http::Caller &caller, BulkAction &action) const
    {
        const bool byFilter = body.has("filter") && !body.isNull("filter");
        if (action.kind == Kind::link)
        {
            if (byFilter || body.has("ids"))
                throw invalid("/links", "is missing",
                              "Tickets are linked one by one: give \"links\", not \"ids\" or "
                              "\"filter\".");
            return {linksIn(body), false};
        }
        if (byFilter == body.has("ids"))
            throw invalid("/ids", "is missing, or there is a filter, too",
                          "Give either \"ids\" or \"filter\", to say which tickets are meant.");
        if (!byFilter)
            return {idsIn(body), false};
        action.found = queryFrom(*objectMember(body, "filter"), caller);
        return actions_.find(*action.found);
    }

    BulkActions actions_;
};

} // namespace

void addBulkActionRoutes(http::Router &router, const ApiParts &parts)
{
    router.add("POST", "/v1/tickets/actions", http::Scope::operate, std::make_shared<BulkHandlers>(parts),
               &BulkHandlers::act, http::Router::Waits::forPsa);
}

} // namespace psa::api
