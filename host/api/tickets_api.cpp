#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/delivery/attempt_record.h"
#include "host/delivery/ticket_steps.h"
#include "host/http/problem.h"
#include "host/intake/correction.h"
#include "host/intake/ticket_builder.h"
#include "host/intake/ticket_request.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/plugin/loaded_plugin.h"
#include "host/service/ticket_actions.h"

#include <Poco/JSON/Array.h>
#include <Poco/String.h>
#include <Poco/StringTokenizer.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>

namespace psa::host {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using namespace std::chrono_literals;

constexpr std::int64_t longestWait = 60; ///< Seconds, of Prefer: wait.
constexpr auto numberPatience = 5s;      ///< Who looks at a ticket does not wait longer for its number.

ApiResponse answer(const StoredTicket &ticket, const Object &view, int status)
{
    ApiResponse response;
    response.status = status;
    response.body = toText(view);
    response.headers.emplace_back("Location", "/v1/tickets/" + std::to_string(ticket.id));
    return response;
}

/// A ticket that is being stored, and then perhaps waited for until it is settled.
class Submission final : public PendingAnswer,
                         public ChangeFeed::Watcher,
                         public std::enable_shared_from_this<Submission>
{
public:
    /// `answer` makes the answer out of a ticket that is durable, on the server's thread.
    using Answer = std::function<ApiResponse(const StoredTicket &, int status)>;

    Submission(const ApiParts &parts, NewTicket ticket, std::string who, std::chrono::seconds patience, Answer answer)
        : parts_(parts), ticket_(std::move(ticket)), who_(std::move(who)), patience_(patience),
          answer_(std::move(answer))
    {
    }
    ~Submission() override { parts_.changes.remove(id_, this); }
    Submission(const Submission &) = delete;
    Submission &operator=(const Submission &) = delete;

    void start(Take take) override
    {
        take_ = std::move(take);
        parts_.intake.storeLater(
            std::move(ticket_), who_,
            [self = shared_from_this()](const std::function<Accepted()> &accepted) { self->stored(accepted); });
    }

    void hurry() override
    {
        {
            const std::lock_guard lock(mutex_);
            hurried_ = true;
            if (id_ == 0)
                return; // it ends as soon as it is stored
        }
        ticketChanged();
    }

    std::chrono::milliseconds patience() const override { return patience_; }

    void ticketChanged() override
    {
        parts_.store.readLater([id = id_.load()](const StoreReader &reader) { return reader.ticket(id); },
                               [weak = weak_from_this()](const auto &ticket) {
                                   if (const auto self = weak.lock())
                                       self->looked(ticket);
                               });
    }

private:
    void stored(const std::function<Accepted()> &get)
    try
    {
        Accepted accepted = get();
        {
            const std::lock_guard lock(mutex_);
            last_ = std::move(accepted.ticket);
            id_ = last_.id;
            status_ = accepted.again ? 200 : 202;
            if (patience_.count() > 0 && !hurried_ && !isSettled(last_.state))
                return parts_.changes.add(last_.id, shared_from_this());
        }
        give();
    }
    catch (...)
    {
        fail(std::current_exception());
    }

    /// The ticket is durable: that it cannot be read, or was deleted, is not its caller's trouble.
    void looked(const std::function<std::optional<StoredTicket>()> &get)
    {
        std::optional<StoredTicket> ticket;
        try
        {
            ticket = get();
        }
        catch (const std::exception &) // NOLINT(bugprone-empty-catch)
        {
        }
        {
            const std::lock_guard lock(mutex_);
            if (!take_)
                return; // it was given
            if (ticket)
                last_ = std::move(*ticket);
            if (!hurried_ && !isSettled(last_.state))
                return;
        }
        give();
    }

    /// The ticket as it was last seen.
    void give()
    {
        end([self = shared_from_this()] { return self->answer_(self->last_, self->status_); });
    }
    void fail(const std::exception_ptr &failure)
    {
        end([failure]() -> ApiResponse { std::rethrow_exception(failure); });
    }
    /// The first answer counts.
    void end(Make make)
    {
        Take take;
        {
            const std::lock_guard lock(mutex_);
            take = std::exchange(take_, nullptr);
        }
        if (take)
            take(std::move(make));
    }

    const ApiParts &parts_;
    NewTicket ticket_;
    const std::string who_;
    const std::chrono::seconds patience_;
    const Answer answer_;
    std::atomic<std::int64_t> id_{0}; ///< 0 = not stored yet.
    std::mutex mutex_;                ///< Guards the members below.
    Take take_;
    bool hurried_ = false;
    StoredTicket last_; ///< Nothing changes any more once it is given.
    int status_ = 202;
};

class Tickets
{
public:
    explicit Tickets(ApiParts parts) : parts_(std::move(parts)) {}

    ApiResponse submit(const ApiRequest &request)
    {
        const Object::Ptr ticket = parseTicketRequest(request.body);
        const std::string name = textMember(*ticket, "connection");
        if (name.empty())
            throw Problem(422, "ticket-refused", "Invalid ticket", "The request has no connection.")
                .at("/connection", "is missing");
        const bool dry = flagIn(request, "dryRun");
        const std::string key = keyOf(request, *ticket);
        const auto patience = patienceOf(request);
        const auto live = parts_.connections.get(name);
        if (!live->plugin)
            throw connectionBroken(*live);
        if (dry)
            return dryRun(*live, *ticket, request.caller.name);
        ApiResponse response;
        response.pending = std::make_shared<Submission>(
            parts_, parts_.intake.build(*live, ticket, key), request.caller.name, patience,
            [this](const StoredTicket &stored, int status) { return answerDurable(stored, status); });
        return response;
    }
    /// A dry run calls the plugin.
    static Router::Waits submitWaits(const ApiRequest &request)
    {
        return request.query.contains("dryRun") ? Router::Waits::forPsa : Router::Waits::never;
    }

    ApiResponse list(const ApiRequest &request) const
    {
        TicketQuery query;
        const auto states = request.query.equal_range("state");
        for (auto at = states.first; at != states.second; ++at)
            addStates(at->second, query.states);
        query.connection = request.queryValue("connection");
        query.psaTicket = request.queryValue("psaTicket");
        query.from = timeIn(request, "from");
        query.until = timeIn(request, "until");
        query.cursor = request.queryValue("cursor");
        query.limit = pageLimitIn(request, query.limit);
        const TicketPage page = parts_.store.read([&](const StoreReader &reader) { return reader.listTickets(query); });
        Array::Ptr tickets = new Array;
        std::map<std::string, Situation> situations;
        for (const StoredTicket &ticket : page.tickets)
        {
            const auto [at, isNew] = situations.try_emplace(ticket.connection);
            if (isNew)
                at->second = situationOf(ticket.connection);
            tickets->add(toView(ticket, false, waitingOf(ticket, at->second)));
        }
        Object body(Poco::JSON_PRESERVE_KEY_ORDER);
        body.set("tickets", tickets);
        if (!page.next.empty())
            body.set("next", page.next);
        ApiResponse response;
        response.body = toText(body);
        return response;
    }

    ApiResponse show(const ApiRequest &request) const
    {
        StoredTicket ticket = find(request);
        if (ticket.state == TicketState::done && ticket.outcome.number.empty())
            readNumber(ticket);
        return answer(ticket, *toView(ticket, true, waitingOf(ticket, situationOf(ticket.connection))), 200);
    }

    ApiResponse retry(const ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"lookFirst", "changes"});
        const bool wantsLook = flagMember(*body, "lookFirst", false);
        const Object::Ptr changes = changesIn(*body);
        const StoredTicket ticket = find(request);
        const bool says = body->has("lookFirst") && !body->isNull("lookFirst");
        const bool lookFirst = says ? wantsLook : ticket.openSince.has_value();
        const TicketDocuments documents = rebuilt(ticket, changes);
        Object detail;
        detail.set("changes", changes);
        return changed(
            request, "ticket.retry",
            [&](StoreWriter &writer) { return retryTicket(writer, ticket.id, lookFirst, documents); },
            changes.isNull() ? "" : toText(detail));
    }

    ApiResponse link(const ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"psaTicketId"});
        const StoredTicket ticket = find(request);
        TicketOutcome outcome = ticket.outcome;
        outcome.psaId = textMember(*body, "psaTicketId");
        if (outcome.psaId.empty())
            throw Problem(422, "invalid", "Invalid value", "Specify the ticket of the PSA.")
                .at("/psaTicketId", "is missing");
        readBack(ticket, outcome);
        return changed(request, "ticket.link", [&](StoreWriter &writer) {
            return linkTicket(writer, ticket.id, outcome, {"linked", "Linked by " + request.caller.name + "."});
        });
    }

    ApiResponse drop(const ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"reason"});
        const std::string reason = textMember(*body, "reason");
        const StoredTicket ticket = find(request);
        return changed(request, "ticket.drop", [&](StoreWriter &writer) {
            return dropTicket(writer, ticket.id,
                              {"dropped", reason.empty() ? "Dropped by " + request.caller.name + "." : reason});
        });
    }

private:
    Situation situationOf(const std::string &connection) const
    {
        const auto live = parts_.connections.find(connection);
        if (!live || !live->connection)
            return {live != nullptr, false, {}};
        return {true, true, parts_.status(*live)};
    }

    /// Nothing if it cannot be found out now.
    std::optional<Waiting> waitingIfKnown(const StoredTicket &ticket) const
    try
    {
        return waitingOf(ticket, situationOf(ticket.connection));
    }
    catch (const std::exception &)
    {
        return std::nullopt;
    }

    /// The answer to a change that is durable. No failure now may turn it into a refusal, which would be answered by
    /// the same request again: what cannot be read is left out.
    ApiResponse answerDurable(const StoredTicket &ticket, int status) const
    {
        const auto waiting = waitingIfKnown(ticket);
        try
        {
            return answer(ticket, *toView(ticket, true, waiting), status);
        }
        catch (const JsonError &)
        {
            return answer(ticket, *toView(ticket, false, waiting), status);
        }
    }

    static std::string keyOf(const ApiRequest &request, const Object &ticket)
    {
        std::string header = request.header("idempotency-key");
        if (isBlankText(header))
            header.clear();
        const std::string member = textMember(ticket, "key");
        if (!header.empty() && !member.empty() && header != member)
            throw Problem(400, "two-keys", "Conflicting keys",
                          "Idempotency-Key and \"key\" differ: send only one of them.");
        if (header.size() > 255 || !isValidUtf8(header))
            throw Problem(400, "bad-key", "Invalid key", "Idempotency-Key must be UTF-8 text of at most 255 bytes.");
        return header.empty() ? member : header;
    }

    /// A state, or one of the two groups.
    static void addStates(const std::string &text, std::vector<TicketState> &wanted)
    {
        const auto named = ticketStateFrom(text);
        const std::size_t before = wanted.size();
        for (const TicketState state : allTicketStates)
            if (state == named || (text == "open" && !isEnded(state)) || (text == "attention" && needsHuman(state)))
                wanted.push_back(state);
        if (wanted.size() == before)
            throw Problem(400, "bad-state", "Unknown state",
                          "state must be " + ticketStateNames() + ", open or attention, not \"" + text + "\".");
    }

    StoredTicket find(const ApiRequest &request) const
    {
        const std::string &id = request.parameters.at("id");
        const bool number = !id.empty() && id.size() < 19 &&
                            std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
        auto ticket = parts_.store.read([&](const StoreReader &reader) {
            return number ? reader.ticket(std::stoll(id)) : reader.ticketByReference(id);
        });
        if (!ticket)
            throw Problem(404, "unknown-ticket", "Ticket not found",
                          "No ticket has the number or reference \"" + id + "\".");
        return std::move(*ticket);
    }

    /// What the caller says with "wait=N", which may stand among other things that it prefers; 0 = it does not wait.
    static std::chrono::seconds patienceOf(const ApiRequest &request)
    {
        constexpr std::string_view wait = "wait=";
        const auto trimmed = Poco::StringTokenizer::TOK_TRIM;
        for (const std::string &each : Poco::StringTokenizer(request.header("prefer"), ",;", trimmed))
            if (Poco::toLower(each).starts_with(wait))
                return std::chrono::seconds(numberIn("Prefer: wait", each.substr(wait.size()), 0, longestWait));
        return {};
    }

    /// What is to be changed, nullptr = nothing. Another connection would be another ticket, and its key is known to
    /// others already.
    static Object::Ptr changesIn(const Object &body)
    {
        Object::Ptr changes = objectMember(body, "changes");
        for (const char *name : {"connection", "key"})
        {
            if (changes.isNull() || !changes->has(name))
                continue;
            if (!isBlank(changes->get(name)))
                throw Problem(422, "invalid", "Invalid value",
                              std::string("\"") + name +
                                  "\" of a ticket cannot be changed; drop it and submit another one.")
                    .at(std::string("/changes/") + name, "cannot be changed");
            changes->remove(name); // not given
        }
        return changes;
    }

    /// With the current defaults: they may have been the reason why it failed. `changes`: as for corrected(), or
    /// nullptr.
    TicketDocuments rebuilt(const StoredTicket &ticket, const Object::Ptr &changes) const
    {
        const auto live = parts_.connections.find(ticket.connection);
        if (!live || !live->plugin)
        {
            if (changes.isNull())
                return {};
            if (live)
                throw connectionBroken(*live);
            throw Problem(404, "unknown-connection", "Connection not found",
                          "There is no connection \"" + ticket.connection + "\" any more.");
        }
        std::string damage;
        parseKept(ticket.requestJson, damage);
        if (!damage.empty())
            throw Problem(409, "damaged", "The ticket is damaged",
                          "The stored request of ticket " + std::to_string(ticket.id) + " cannot be read: " + damage +
                              ". Submit it again, and drop this one.");
        Object::Ptr request = parseTicketRequest(ticket.requestJson, ownText);
        TicketDocuments documents;
        if (!changes.isNull())
        {
            request = corrected(*request, *changes);
            documents.requestJson = toText(*request);
        }
        BuiltTicket built = buildTicket(*live->plugin, *live->defaults, *request);
        if (!built.errors.empty())
            throw TicketRefused(std::move(built.errors));
        documents.ticketJson = std::move(built.json);
        documents.warnings = std::move(built.warnings);
        documents.company = std::move(built.company);
        return documents;
    }

    /// What the connection's plugin reads of the ticket that `outcome` names; nothing if it cannot read tickets.
    std::optional<CallOutcome> read(const StoredTicket &ticket, const TicketOutcome &outcome,
                                    const CallOptions &options) const
    {
        const auto live = parts_.connections.find(ticket.connection);
        if (!live || !live->connection || !live->plugin->extensions.ticket)
            return std::nullopt;
        return live->connection->readTicket(outcome.psaId, options);
    }

    /// Delivery reads numbers when it has nothing else to do. Opening a ticket does not have to wait for that if there
    /// is spare quota.
    void readNumber(StoredTicket &ticket) const
    {
        const auto live = parts_.connections.find(ticket.connection);
        if (!live || parts_.status(*live).pause != Pause::none)
            return;
        CallOptions options;
        options.time = numberPatience;
        options.use = BudgetUse::spare;
        const auto outcome = read(ticket, ticket.outcome, options);
        if (!outcome || !outcome->ok())
            return;
        takeTicket(*outcome, ticket.outcome);
        noteNumber(ticket);
    }

    /// Should the store not take the number now, it is shown all the same, and asked for again the next time.
    void noteNumber(const StoredTicket &ticket) const
    try
    {
        const bool noted = parts_.store.write([&](StoreWriter &writer) {
            return host::noteNumber(writer, ticket.id, ticket.outcome.number, ticket.outcome.url);
        });
        (void)noted; // false: it was deleted meanwhile
    }
    catch (const StoreError &) // NOLINT(bugprone-empty-catch)
    {
    }

    /// Id, number and address as the PSA has them: a plugin may find a ticket by its number too. A ticket that the PSA
    /// does not have cannot be linked to.
    void readBack(const StoredTicket &ticket, TicketOutcome &outcome) const
    {
        const auto answer = read(ticket, outcome, {});
        if (!answer)
            return;
        if (answer->ok())
            takeTicket(*answer, outcome);
        else if (answer->error->status == PSA_NOT_FOUND)
            throw Problem(422, "invalid", "Invalid value", answer->error->message)
                .at("/psaTicketId", answer->error->message);
    }

    template <class Change>
    ApiResponse changed(const ApiRequest &request, const char *action, const Change &change,
                        const std::string &detailJson = "")
    {
        const StoredTicket ticket = parts_.store.write([&](StoreWriter &writer) {
            StoredTicket after = change(writer);
            AuditEntry entry = auditEntry(request.caller.name, action, after.connection, detailJson);
            entry.ticketId = after.id;
            writer.appendAudit(entry);
            return writer.ticket(after.id).value();
        });
        parts_.delivery.poke(ticket.connection);
        return answerDurable(ticket, 200);
    }

    std::string labelOf(const LiveConnection &live, const std::string &company) const
    {
        return parts_.store.read(
            [&](const StoreReader &reader) { return reader.companyLabel(live.stored.name, company); });
    }

    ApiResponse dryRun(const LiveConnection &live, const Object &request, const std::string &who) const
    {
        BuiltTicket built = buildTicket(*live.plugin, *live.defaults, request);
        if (!built.errors.empty())
            throw TicketRefused(std::move(built.errors));
        if (!live.connection)
            throw connectionBroken(live);
        Array::Ptr held = new Array;
        const auto exchanges = std::make_shared<ExchangeLog>();
        CallOptions options;
        options.dryRun = true;
        options.warnings = std::make_shared<CallWarnings>();
        options.observer = [held, exchanges](const Exchange &exchange) mutable {
            exchanges->add(exchange);
            if (exchange.response.reason != Reason::dryRun)
                return;
            Object::Ptr one = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
            one->set("method", exchange.request.method);
            one->set("url", exchange.request.url);
            one->set("body", exchange.request.body);
            held->add(one);
        };
        const CallOutcome outcome = live.connection->createTicket("DRYRUN", built.json, options);
        Object body(Poco::JSON_PRESERVE_KEY_ORDER);
        body.set("dryRun", true);
        body.set("ticket", parseStrict(built.json, ownText));
        body.set("heldBack", held);
        std::vector<std::string> warnings = std::move(built.warnings);
        for (std::string &warning : options.warnings->all())
            warnings.push_back(std::move(warning));
        if (!warnings.empty())
            body.set("warnings", warningsView(warnings, built.company, labelOf(live, built.company)));
        if (held->size() == 0 && !outcome.ok())
            body.set("error", sentences(outcome.error->message, outcome.error->hint));
        parts_.store.write([&](StoreWriter &writer) {
            writer.appendAudit(
                auditEntry(who, "ticket.dry_run", live.stored.name,
                           dryRunDetail(built.json, body.optValue<std::string>("error", ""), *exchanges)));
        });
        return toAnswer(body);
    }

    /// The caller gets the whole; the audit, which keeps it for months, the beginning of each text.
    static std::string dryRunDetail(const std::string &ticketJson, const std::string &error,
                                    const ExchangeLog &exchanges)
    {
        Object detail(Poco::JSON_PRESERVE_KEY_ORDER);
        detail.set("ticket", shortenedBody(ticketJson));
        if (!error.empty())
            detail.set("error", error);
        detail.set("exchanges", parseStrict(exchanges.toJson(), ownText));
        return toText(detail);
    }

    ApiParts parts_;
};

} // namespace

void addTicketRoutes(Router &router, const ApiParts &parts)
{
    const auto tickets = std::make_shared<Tickets>(parts);
    router.add({"POST", "/v1/tickets", Scope::submit,
                [tickets](const ApiRequest &request) { return tickets->submit(request); }, Router::Waits::never,
                Tickets::submitWaits});
    router.add("GET", "/v1/tickets", Scope::read, tickets, &Tickets::list);
    router.add("GET", "/v1/tickets/{id}", Scope::read, tickets, &Tickets::show, Router::Waits::forPsa);
    router.add("POST", "/v1/tickets/{id}/retry", Scope::admin, tickets, &Tickets::retry);
    router.add("POST", "/v1/tickets/{id}/link", Scope::admin, tickets, &Tickets::link, Router::Waits::forPsa);
    router.add("POST", "/v1/tickets/{id}/drop", Scope::admin, tickets, &Tickets::drop);
}

} // namespace psa::host
