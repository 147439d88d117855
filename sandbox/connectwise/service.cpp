#include "sandbox/connectwise/service.h"

#include "sandbox/common/dates.h"
#include "sandbox/common/fingerprint.h"
#include "sandbox/common/path_pattern.h"
#include "sandbox/connectwise/handlers.h"
#include "sandbox/connectwise/people.h"
#include "sandbox/connectwise/write_values.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/String.h>
#include <Poco/Timestamp.h>

#include <array>

namespace psa::sandbox::connectwise {
namespace {

/// The externalXRef of a create; empty for any other request.
std::string referenceIn(const Request &request, const Match &match)
{
    if (match.verb == nullptr || match.verb->handler != postTicket)
        return {};
    try
    {
        Object::Ptr ticket = asObject(parseLenient(request.body));
        const Var reference = ticket ? member(*ticket, "externalXRef") : Var();
        return reference.isEmpty() ? "" : reference.toString();
    }
    catch (const BadJson &) // reported in the response
    {
        return {};
    }
}

bool isJson(const Request &request)
{
    const std::string type = Poco::toLower(request.header("Content-Type"));
    return type.rfind("application/json", 0) == 0 || type.rfind("application/vnd.connectwise.com+json", 0) == 0;
}

} // namespace

ConnectWiseService::ConnectWiseService(Setup setup, const SandboxClock &clock, const Switches &switches)
    : setup_(std::move(setup)), clock_(clock), switches_(switches), minute_(clock, std::chrono::minutes(1)),
      tenant_(makeTenant()), rows_(makeRows()), login_(switches, setup_.privateKey)
{
}

Tenant ConnectWiseService::makeTenant() const
{
    Tenant tenant(setup_.tenantJson);
    if (!setup_.company.empty())
        tenant.set("company", setup_.company);
    if (!setup_.site.empty())
        tenant.set("site", setup_.site);
    return tenant;
}

Rows ConnectWiseService::makeRows() const
{
    Rows rows(100001);
    for (const Entity &entity : entities())
        rows.load(entity.name, tenant_.rows(entity.name), entity.dates());
    rows.load("UserDefinedFields", userDefinedFieldRows(tenant_), {});
    return rows;
}

/// Requires the lock.
Match ConnectWiseService::find(const Request &request) const
{
    return findRoute(request, tenant_, switches_.on("codebase.alias"));
}

RequestInfo ConnectWiseService::describe(const Request &request) const
{
    const auto guard = lock();
    const Match match = find(request);
    const Credentials who = credentialsIn(request);
    return {match.route == nullptr ? "none" : match.route->pattern, match.route == nullptr ? "" : match.route->name,
            who.company.empty() ? "" : who.company + "+" + who.publicKey, fingerprint(who.privateKey),
            fingerprint(request.header("clientId"))};
}

std::string ConnectWiseService::baseUrl(const Request &request) const
{
    const std::vector<std::string> path = pathSegments(request.path);
    const std::string host = setup_.http ? "http://" + request.header("Host") : "https://" + tenant_.site();
    return host + "/" + (path.empty() ? tenant_.codebase() : path.front()) + "/apis/3.0/";
}

std::optional<Answer> ConnectWiseService::enter(const Request &request, std::unique_ptr<Slot> &slot)
{
    const auto guard = lock();
    const Match match = find(request);
    const std::string reference = referenceIn(request, match);
    if (!reference.empty())
        ++references()[reference].received;
    if (auto refused = refuse(request, match))
        return refused;
    return match.route->open ? std::optional<Answer>() : limited(request, slot);
}

/// Requests that the front end of the service rejects before checking limits.
std::optional<Answer> ConnectWiseService::refuse(const Request &request, const Match &match)
{
    if (match.where == Match::Where::unroutable)
        return cannotRoute();
    if (match.where == Match::Where::moved)
        return htmlError(404, "File or directory not found.");
    if (match.route != nullptr && match.route->open)
        return match.verb == nullptr ? htmlError(405, "Method not allowed.") : std::optional<Answer>();
    if (auto refused = login_.refuse(request, tenant_))
        return refused;
    if (match.route == nullptr || match.badId)
        return errorAnswer({404, "NotFound", "No HTTP resource was found that matches the request URI."});
    if (match.verb == nullptr)
        return errorAnswer(
            {405, "MethodNotAllowed", "The requested resource does not support http method '" + request.method + "'."});
    if (request.method != "GET" && request.method != "DELETE" && !isJson(request))
        return errorAnswer({415, "UnsupportedMediaType",
                            "The request entity's media type '" + request.header("Content-Type") +
                                "' is not supported for this resource."});
    return {};
}

std::optional<Answer> ConnectWiseService::limited(const Request &request, std::unique_ptr<Slot> &slot)
{
    minute_.add();
    const std::int64_t most = switches_.number("limit.perMinute");
    if (most != 0 && minute_.count() > most)
        return refusedForLimit();
    slot = threads().take(request.header("Authorization"), switches_.number("limit.threads"));
    return slot ? std::optional<Answer>() : refusedForLimit();
}

Answer ConnectWiseService::refusedForLimit() const
{
    const std::int64_t seconds = switches_.number("limit.wait");
    Object::Ptr body = newObject(); // Unlike other errors it has no code.
    body->set("error", "ConnectWiseAPI");
    body->set("message", "Too many requests. Please try again in " + std::to_string(seconds) + " seconds.");
    Answer answer = json(429, body);
    const std::string how = switches_.text("limit.retryAfter");
    if (how == "seconds")
        answer.headers.emplace_back("Retry-After", std::to_string(seconds));
    else if (how == "date")
        answer.headers.emplace_back(
            "Retry-After",
            Poco::DateTimeFormatter::format(Poco::Timestamp((toMillis(clock_.now()) + seconds * 1000) * 1000),
                                            Poco::DateTimeFormat::HTTP_FORMAT));
    return answer;
}

Answer ConnectWiseService::answer(const Request &request, std::chrono::milliseconds hideFor)
{
    const auto guard = lock();
    const Match match = find(request);
    Answer answer;
    try
    {
        answer = run(request, match, hideFor);
    }
    catch (const ApiError &error)
    {
        answer = errorAnswer(error);
    }
    if (!match.route->open)
        addVersion(request, tenant_, answer);
    return answer;
}

Answer ConnectWiseService::run(const Request &request, const Match &match, std::chrono::milliseconds hideFor)
{
    const Core core{tenant_,          rows_,         switches_, clock_.now(),
                    baseUrl(request), rights(),      journal_,  apiMember(tenant_, rows_),
                    hideFor,          request.number};
    if (match.route->right != nullptr && request.method == "GET")
        core.require(match.route->right, "query");
    const Answer answer =
        match.verb->handler({request, core, match.route->entity, match.parent, match.id, match.company});
    const std::string reference = referenceIn(request, match);
    if (!reference.empty())
        ++references()[reference].committed;
    return answer;
}

Answer ConnectWiseService::failure(int status, const std::vector<std::string> &errors) const
{
    ApiError error{status, "InternalError", errors.empty() ? "" : errors.front()};
    for (const std::string &text : errors)
        error.errors.push_back({"InternalError", text, "", ""});
    return errorAnswer(error);
}

Truth ConnectWiseService::truth() const
{
    const auto guard = lock();
    Truth truth;
    truth.tickets = ticketTruths(rows_);
    truth.notes = noteTruths(rows_);
    truth.changes = changeTruths(journal_);
    truth.notifications = journal_.notifications;
    truth.references = references();
    truth.failedLogins = login_.failures();
    truth.maxAtOnce = threads().maxAtOnce();
    truth.callsThisMinute = minute_.count();
    return truth;
}

std::int64_t ConnectWiseService::act(const HumanAct &act)
try
{
    const auto guard = lock();
    static const Rights every; // of people who are allowed what they do
    return actInPages({tenant_, rows_, switches_, clock_.now(), "", every, journal_, personIn(rows_, act.by)}, act);
}
catch (const ApiError &error)
{
    throw std::invalid_argument(error.errors.empty() ? error.message : error.errors.front().message);
}

/// Also the changes that docs/sandbox.md lists for POST /tenant.
bool ConnectWiseService::changeOne(const std::string &name, const Var &value)
{
    if (name == "codebase")
        tenant_.moveTo(value.toString());
    else if (name == "site" || name == "clientId" || name == "publicKey")
        tenant_.set(name, value.toString());
    else if (name == "secret")
        login_.setPrivateKey(value.toString());
    else if (name == "deactivate")
        deactivate(asObject(value));
    else
        return false;
    return true;
}

void ConnectWiseService::deactivate(const Object::Ptr &what)
{
    const Entity *entity = what ? findEntity(what->optValue<std::string>("entity", "")) : nullptr;
    const Row *row = entity == nullptr ? nullptr : rows_.find(entity->name, what->optValue<std::int64_t>("id", 0));
    constexpr std::array names = {"inactiveFlag", "inactive", "deletedFlag"};
    for (const char *name : names)
        if (row != nullptr && entity->field(name) != nullptr)
        {
            rows_.table(entity->name).at(idIn(*row->values, "id")).values->set(name, true);
            return;
        }
    throw std::invalid_argument("\"deactivate\" needs {\"entity\": such as Statuses, \"id\": one of its ids}");
}

void ConnectWiseService::reset()
{
    const auto guard = lock();
    resetCommon();
    tenant_ = makeTenant();
    rows_ = makeRows();
    login_.setPrivateKey(setup_.privateKey);
    login_.reset();
    journal_ = {};
    minute_.clear();
}

std::string ConnectWiseService::company() const
{
    return locked([this] { return tenant_.company(); });
}

std::string ConnectWiseService::publicKey() const
{
    return locked([this] { return tenant_.publicKey(); });
}

std::string ConnectWiseService::privateKey() const
{
    return locked([this] { return login_.privateKey(); });
}

std::string ConnectWiseService::clientId() const
{
    return locked([this] { return tenant_.clientId(); });
}

std::string ConnectWiseService::site() const
{
    return locked([this] { return tenant_.site(); });
}

std::string ConnectWiseService::codebase() const
{
    return locked([this] { return tenant_.codebase(); });
}

} // namespace psa::sandbox::connectwise
