#include "sandbox/halopsa/service.h"

#include "sandbox/common/fingerprint.h"
#include "sandbox/halopsa/handlers.h"
#include "sandbox/halopsa/ticket_rules.h"

#include <Poco/String.h>

#include <array>

namespace psa::sandbox::halopsa {
namespace {

constexpr std::chrono::minutes limitWindow(5);

bool isOpen(const Match &match, const char *name)
{
    return match.route != nullptr && match.route->open && match.route->name == name;
}

/// The page of a web application, which answers every path of its host.
Answer somePage()
{
    return {200,
            "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><div id=\"root\"></div></body></html>\n",
            "text/html; charset=utf-8",
            {}};
}

/// The host without its port, in lower case.
std::string hostOf(const Request &request)
{
    const std::string host = Poco::toLower(request.header("Host"));
    return host.substr(0, host.find(':'));
}

} // namespace

HaloPsaService::HaloPsaService(Setup setup, const SandboxClock &clock, const Switches &switches)
    : setup_(std::move(setup)), clock_(clock), switches_(switches), window_(clock, limitWindow), tenant_(makeTenant()),
      rows_(makeRows()), login_(switches, setup_.secret)
{
}

Tenant HaloPsaService::makeTenant() const
{
    Tenant tenant(setup_.tenantJson);
    if (!setup_.tenant.empty())
        tenant.set("tenant", setup_.tenant);
    if (!setup_.site.empty())
        tenant.set("site", setup_.site);
    return tenant;
}

Rows HaloPsaService::makeRows() const
{
    Rows rows(2001);
    for (const Entity &entity : entities())
        rows.load(entity.name, tenant_.rows(entity.name), {});
    rows.load(ticketTable, tenant_.rows(ticketTable), ticketDates());
    return rows;
}

RequestInfo HaloPsaService::describe(const Request &request) const
{
    const auto guard = lock();
    const Match match = findRoute(request);
    if (match.route == nullptr)
        return {"none", "", "", ""};
    const Write write = writeOf(request, match);
    const char *what = write == Write::none ? "" : (write == Write::create ? " (create)" : " (change)");
    std::string entity = match.route->name;
    if (write == Write::change)
        entity.replace(entity.size() - 1, 1, "Changes"); // "Tickets" becomes "TicketChanges"
    const bool token = isOpen(match, "Token");
    const bool valid = login_.find(request, clock_.now()) != nullptr;
    return {match.route->pattern + what, entity, token ? clientIn(request) : (valid ? tenant_.clientId() : ""),
            fingerprint(request.header("Authorization"))};
}

std::string HaloPsaService::authUrl(const Request &request) const
{
    if (setup_.http)
        return "http://" + request.header("Host") + "/auth";
    const bool other = switches_.is("authinfo", "otherHost");
    return "https://" + (other ? tenant_.authHost() : tenant_.site()) + "/auth";
}

/// Whether the tenant serves the request's path under the request's host.
bool HaloPsaService::isOwnHost(const Request &request) const
{
    const std::string host = hostOf(request);
    if (setup_.http || host == "localhost" || host == "127.0.0.1")
        return true;
    const bool auth = request.path.rfind("/auth", 0) == 0;
    const bool other = switches_.is("authinfo", "otherHost");
    return equalNoCase(host, auth && other ? tenant_.authHost() : tenant_.site());
}

std::optional<Answer> HaloPsaService::enter(const Request &request, std::unique_ptr<Slot> &slot)
{
    const auto guard = lock();
    const Match match = findRoute(request);
    count(request, match, &ReferenceCount::received);
    if (auto refused = refuse(request, match))
        return refused;
    return match.route->open ? std::optional<Answer>() : limited(slot);
}

/// Counts the references of a create.
void HaloPsaService::count(const Request &request, const Match &match, std::size_t ReferenceCount::*counter)
{
    const bool tickets = match.route != nullptr && match.route->name == ticketTable;
    if (!tickets || writeOf(request, match) != Write::create)
        return;
    for (const Object::Ptr &ticket : elementsIn(request.body))
        if (const Var reference = member(*ticket, "third_party_id_string"); !reference.isEmpty())
            ++(references()[reference.toString()].*counter);
}

/// Requests that the front end of the service rejects before checking limits.
std::optional<Answer> HaloPsaService::refuse(const Request &request, const Match &match)
{
    if (!isOwnHost(request))
        return switches_.is("host.wrong", "page") ? somePage() : htmlError(404, "Not Found");
    if (match.route == nullptr)
        return request.path.rfind("/api", 0) == 0 ? Answer{404, "", "", {}} : somePage();
    if (match.verb == nullptr)
        return Answer{405, "", "", {}};
    if (match.route->open)
        return {};
    if (auto refused = unauthorized(request, match))
        return refused;
    if (match.badId)
        return errorAnswer(switches_, {400, "The request is invalid."});
    if (request.method == "POST" && Poco::toLower(request.header("Content-Type")).rfind("application/json", 0) != 0)
        return Answer{415, "", "", {}};
    return {};
}

/// A request without a valid token, or with one for another part of the API.
std::optional<Answer> HaloPsaService::unauthorized(const Request &request, const Match &match)
{
    const Token *token = login_.find(request, clock_.now());
    if (token == nullptr)
    {
        ++refusedTokens_;
        return Answer{401, "", "", {{"WWW-Authenticate", "Bearer error=\"invalid_token\""}}};
    }
    if (!inScope(token->scopes, match.route->scope, request.method != "GET"))
        return errorAnswer(switches_, {403, "The application does not have permission to access this resource."});
    return {};
}

std::optional<Answer> HaloPsaService::limited(std::unique_ptr<Slot> &slot)
{
    window_.add();
    const bool tooMany = switches_.on("limit.enforced") && window_.count() > switches_.number("limit.requests");
    if (!tooMany)
        slot = threads().take("", switches_.number("limit.threads"));
    if (slot)
        return {};
    Answer answer = errorAnswer(switches_, {429, "Too many requests. Please try again later."});
    if (const std::int64_t seconds = switches_.number("limit.retryAfter"); seconds > 0)
        answer.headers.emplace_back("Retry-After", std::to_string(seconds));
    return answer;
}

Answer HaloPsaService::answer(const Request &request, std::chrono::milliseconds hideFor)
{
    const auto guard = lock();
    const Match match = findRoute(request);
    if (match.route->open)
        return answerOpen(request, match);
    try
    {
        const Token *token = login_.find(request, clock_.now());
        const bool baked = token != nullptr && switches_.on("token.bakedRights");
        const Core core = coreFor(baked ? token->rights : rights(), apiActor(tenant_, rows_), hideFor, request.number);
        Answer answer = match.verb->handler({request, core, match.route->entity, match.id});
        count(request, match, &ReferenceCount::committed);
        return answer;
    }
    catch (const ApiError &error)
    {
        return errorAnswer(switches_, error);
    }
}

Answer HaloPsaService::answerOpen(const Request &request, const Match &match)
{
    if (isOpen(match, "Token"))
        return login_.issue(request, tenant_, clock_.now(), rights());
    return isOpen(match, "AuthInfo") ? authInfo(request) : openIdConfiguration(request);
}

Answer HaloPsaService::authInfo(const Request &request) const
{
    if (switches_.is("authinfo", "404"))
        return htmlError(404, "Not Found");
    Object::Ptr body = newObject();
    body->set("auth_url", authUrl(request));
    if (!switches_.is("authinfo", "noTenant"))
        body->set("tenant_id", tenant_.name());
    return json(200, body);
}

Answer HaloPsaService::openIdConfiguration(const Request &request) const
{
    Object::Ptr body = newObject();
    body->set("issuer", authUrl(request) + "/");
    body->set("token_endpoint", authUrl(request) + "/token");
    return json(200, body);
}

Core HaloPsaService::coreFor(const Rights &rights, const Actor &actor, std::chrono::milliseconds hideFor,
                             unsigned long long request)
{
    const std::chrono::milliseconds lag(switches_.number("read.lagMs"));
    return {tenant_,
            rows_,
            switches_,
            clock_.now(),
            rights,
            journal_,
            actor,
            std::max(hideFor, lag),
            switches_.is("read.lagOf", "everything") ? lag : std::chrono::milliseconds(0),
            request};
}

std::int64_t HaloPsaService::act(const HumanAct &act)
try
{
    const auto guard = lock();
    static const Rights every; // of people who are allowed what they do
    return actInPages(coreFor(every, personIn(rows_, act.by), {}, 0), act);
}
catch (const ApiError &error)
{
    throw std::invalid_argument(error.message);
}

Answer HaloPsaService::failure(int status, const std::vector<std::string> &errors) const
{
    return errorAnswer(switches_, {status, errors.empty() ? "" : errors.front()});
}

Truth HaloPsaService::truth() const
{
    const auto guard = lock();
    Truth truth;
    truth.tickets = ticketTruths(rows_);
    truth.notes = noteTruths(rows_);
    for (const AuditEntry &entry : journal_.audit)
        truth.changes.push_back(entry.change);
    truth.notifications = journal_.notifications;
    truth.references = references();
    truth.failedLogins = login_.failures();
    truth.refusedTokens = refusedTokens_;
    truth.tokens = login_.issued().size();
    truth.maxAtOnce = threads().maxAtOnce();
    truth.callsInWindow = window_.count();
    return truth;
}

/// Also the changes that docs/sandbox.md lists for POST /tenant.
bool HaloPsaService::changeOne(const std::string &name, const Var &value)
{
    if (name == "secret")
        login_.setSecret(value.toString());
    else if (name == "clientId" || name == "tenant" || name == "site")
        tenant_.set(name, value.toString());
    else if (name == "scopes")
        login_.limitScopes(value.toString());
    else if (name == "revokeTokens")
        login_.revokeTokens();
    else if (name == "hideTicket")
        hideTicket(value);
    else if (name == "deactivate")
        deactivate(asObject(value));
    else
        return false;
    return true;
}

void HaloPsaService::hideTicket(const Var &id)
{
    std::int64_t ticket = 0;
    if (!toInteger(id.toString(), ticket) || rows_.find(ticketTable, ticket) == nullptr)
        throw std::invalid_argument("\"hideTicket\" must be the id of a ticket");
    rows_.table(ticketTable).at(ticket).values->set("_hidden", true);
}

void HaloPsaService::deactivate(const Object::Ptr &what)
{
    const Entity *entity = nullptr;
    for (const Entity &one : entities())
        if (what && equalNoCase(one.name, what->optValue<std::string>("entity", "")))
            entity = &one;
    const std::int64_t id = what ? what->optValue<std::int64_t>("id", 0) : 0;
    if (entity == nullptr || entity->hidden.empty() || rows_.find(entity->name, id) == nullptr)
        throw std::invalid_argument("\"deactivate\" needs {\"entity\": such as Status, \"id\": one of its ids}");
    rows_.table(entity->name).at(id).values->set(entity->hidden.front().flag, true);
}

void HaloPsaService::reset()
{
    const auto guard = lock();
    resetCommon();
    tenant_ = makeTenant();
    rows_ = makeRows();
    login_.setSecret(setup_.secret);
    login_.reset();
    journal_ = {};
    refusedTokens_ = 0;
    window_.clear();
}

std::string HaloPsaService::tenant() const
{
    return locked([this] { return tenant_.name(); });
}

std::string HaloPsaService::site() const
{
    return locked([this] { return tenant_.site(); });
}

std::string HaloPsaService::clientId() const
{
    return locked([this] { return tenant_.clientId(); });
}

std::string HaloPsaService::clientSecret() const
{
    return locked([this] { return login_.secret(); });
}

std::vector<std::string> HaloPsaService::tokens() const
{
    return locked([this] { return login_.issued(); });
}

} // namespace psa::sandbox::halopsa
