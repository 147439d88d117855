#include "tests/simulation/world.h"

#include "host/json/json_text.h"
#include "host/service/ticket_request.h"
#include "tests/simulation/alert_text.h"
#include "tests/simulation/sim_plugin.h"

#include <algorithm>
#include <array>

namespace psa::simulation {
namespace {

using namespace psa::events;
using namespace psa::store;
using namespace psa::ticket;
using namespace std::chrono_literals;
using Kind = Act::Kind;
using Poco::JSON::Object;

constexpr SimTime patience = 15s;      ///< Of a client with one host.
constexpr SimTime mostUntilRest = 12h; ///< From the end of all faults until everything must rest.
constexpr SimTime lookAtRest = 20s;    ///< Whether it does.
constexpr const char *who = "client";

Object::Ptr requestOf(int ticket)
{
    return service::parseTicketRequest(R"({"title":"Ticket #)" + std::to_string(ticket) + R"(#","company":")" +
                                       std::to_string(1 + ticket % 3) + R"("})");
}

/// Connections, sources, rules and customers, as an operator adds them; the same in each run with these rules.
const test::MemoryContents &configured(std::size_t rules, Scheduler &time, PsaModel &psa,
                                       const std::shared_ptr<const plugin::LoadedPlugin> &plugin)
{
    static std::map<std::size_t, test::MemoryContents> all;
    const auto at = all.find(rules);
    if (at != all.end())
        return at->second;
    SimDatabase database(time, rules, std::make_shared<HostClock>(time, 0, 0ms));
    {
        const HostParts parts{time, database, psa, plugin, [](int, const auto &) {}, [](int, const auto &) {}};
        SimHost host(parts, 0, 1);
        for (const char *name : {"a", "b"})
        {
            connection::ConnectionInput input;
            input.plugin = pluginId;
            input.configuration = json::parseObject(std::string(R"({"site":")") + name + R"(","account":"shared"})");
            host.connections().add(name, input, "operator");
        }
        for (const char *source : {"0", "1"})
            host.sources().add(*json::parseObject(std::string(R"({"name":"s)") + source + R"(","preset":"json"})"), {},
                               "operator");
        for (const std::string &rule : ruleSets.at(rules))
            host.definitions().add(DefinitionKind::rule, *json::parseObject(rule), "operator");
        for (const std::string &n : std::vector<std::string>{"1", "2", "3"})
            host.definitions().add(DefinitionKind::customer,
                                   *json::parseObject(R"({"name":"Customer )" + n +
                                                      R"(","aliases":[{"source":"*","name":"Customer )" + n +
                                                      R"("}],"companies":{"a":")" + n + R"(","b":")" + n + R"("}})"),
                                   "operator");
    }
    return all[rules] = database.contents;
}

PsaWeather troubled(int kind)
{
    PsaWeather weather;
    const std::array members{&PsaWeather::unreachable, &PsaWeather::lostAfter, &PsaWeather::failedAfter,
                             &PsaWeather::limited,     &PsaWeather::forbidden, &PsaWeather::slow};
    weather.*members.at(static_cast<std::size_t>(kind)) = 600;
    if (kind == 1)
        weather.lostBefore = 200;
    if (kind == 2)
        weather.failed = 200;
    return weather;
}

} // namespace

World::World(const Plan &plan, bool logs)
    : plan_(plan), logs_(logs), time_(plan.seed), random_(plan.seed ^ 0xFA7EU),
      date_(std::make_shared<HostClock>(time_, 0, 0ms)), database_(time_, plan.seed ^ 0xDBU, date_),
      psa_(time_, plan.seed ^ 0x95AU), invariants_({plan, truth_, time_, database_, psa_}), plugin_([&] {
          static std::map<std::size_t, std::shared_ptr<const plugin::LoadedPlugin>> plugins;
          auto &made = plugins[plan.requests];
          return made ? made : made = simulatedPlugin(plan.requests);
      }()),
      hosts_(static_cast<std::size_t>(plan.hosts))
{
    database_.contents = configured(static_cast<std::size_t>(plan.rules), time_, psa_, plugin_);
    psa_.leaves = [this](int host, const std::string &connection, const net::HttpRequest &request, SimTime admitted) {
        say("host " + std::to_string(host) + " sends " + request.method + " " + request.url + " " + request.body);
        invariants_.onLeaving(hosts_[static_cast<std::size_t>(host)]->owner(), connection, request);
        invariants_.onAdmission(admitted);
    };
    database_.fate = [this](int host) { return fateOf(host); };
    database_.carryOut = [this](int host, WriteFate) {
        Act act;
        if (isTrapped(host, "commit", act))
            spring(act);
    };
    database_.committed = [this](int host, const test::MemoryContents &before) {
        if (const auto &made = hosts_[static_cast<std::size_t>(host)])
            invariants_.onCommit(made->owner(), before);
    };
}

World::~World()
{
    time_.stopAll();
}

void World::say(const std::string &line)
{
    if (logs_)
        log_ += std::to_string(time_.now().count()) + " " + line + "\n";
}

// Hosts.

void World::boot(int host)
{
    auto &place = hosts_[static_cast<std::size_t>(host)];
    if (place)
        return;
    const HostParts parts{time_,
                          database_,
                          psa_,
                          plugin_,
                          [this](int at, const std::string &point) { reached(at, point); },
                          [this](int at, const std::string &line) { say("host " + std::to_string(at) + ": " + line); }};
    place = std::make_unique<SimHost>(parts, host, random_.next());
    say("host " + std::to_string(host) + " starts as " + place->owner());
    place->start();
}

void World::crash(int host, SimTime downFor)
{
    auto &place = hosts_[static_cast<std::size_t>(host)];
    if (!place)
        return;
    say("host " + std::to_string(host) + " crashes");
    pausedUntil_.erase(host);
    time_.at(time_.now() + downFor, [this, host] { boot(host); });
    time_.stop(host, [&place] { place.reset(); });
}

/// `isSuspended`: the whole machine, not only the process.
void World::pause(int host, SimTime time, bool isSuspended)
{
    const auto &place = hosts_[static_cast<std::size_t>(host)];
    if (!place || pausedUntil_[host] > time_.now())
        return;
    say("host " + std::to_string(host) + (isSuspended ? " is suspended" : " is paused"));
    if (isSuspended)
        place->suspend(time);
    pausedUntil_[host] = time_.now() + time;
    time_.pause(host, pausedUntil_[host]);
}

void World::reached(int host, const std::string &point)
{
    Act act;
    if (isTrapped(host, point, act))
        spring(act);
}

/// `point`: "commit" for the trap that its write was promised.
bool World::isTrapped(int host, const std::string &point, Act &act)
{
    for (auto trap = traps_.begin(); trap != traps_.end(); ++trap)
    {
        const std::string &wanted = pointNames.at(static_cast<std::size_t>(trap->act.number));
        const bool isPromised = point == "commit" && trap->left == 0;
        if (trap->act.host != host || (wanted != point && !isPromised) ||
            (!isPromised && (trap->left = std::max(0, trap->left - 1)) > 0))
            continue;
        act = trap->act;
        if (!isPromised && wanted.ends_with("commit"))
            return true; // the store carries it out at its time
        traps_.erase(trap);
        return true;
    }
    return false;
}

void World::spring(const Act &trap)
{
    if (trap.kind == Kind::crashAt)
        return crash(trap.host, trap.span);
    pause(trap.host, trap.span, trap.times % 2 == 0);
    if (time_.inFiber())
        time_.delay(1ms);
}

WriteFate World::fateOf(int host)
{
    if (isCalm_)
        return WriteFate::done;
    Act act;
    if (isTrapped(host, "before commit", act) && act.kind == Kind::crashAt)
        return WriteFate::crashesBefore;
    if (isTrapped(host, "after commit", act) || act.kind == Kind::pauseAt)
        return act.kind == Kind::crashAt ? WriteFate::crashesAfter : WriteFate::pausesAfterwards;
    const Trouble &trouble = storeTrouble_[host];
    const int perMille = trouble.until > time_.now() ? trouble.perMille : 4;
    if (!random_.chance(perMille))
        return WriteFate::done;
    return std::array{WriteFate::busy, WriteFate::failed, WriteFate::lost, WriteFate::unheard}.at(random_.below(4));
}

void World::endFaults()
{
    say("all faults end");
    isCalm_ = true;
    traps_.clear();
    for (const char *connection : {"a", "b"})
        psa_.weather[connection] = PsaWeather::calm();
    for (int host = 0; host < plan_.hosts; ++host)
        boot(host);
}

// Those who use them.

/// False if there was no answer in time.
bool World::ask(int host, const Request &request)
{
    SimHost *const at = hosts_[static_cast<std::size_t>(host)].get();
    if (at == nullptr)
    {
        time_.delay(1s);
        return false;
    }
    struct Waiting
    {
        Scheduler::Bell bell;
        bool done = false;
    };
    const auto waiting = std::make_shared<Waiting>();
    time_.start(host, "host" + std::to_string(host) + " request", [this, at, request, waiting] {
        request(*at);
        waiting->done = true;
        time_.ring(waiting->bell);
    });
    time_.wait(waiting->bell, 0, time_.now() + patience);
    return waiting->done;
}

bool World::persist(int host, const std::function<bool()> &done, const Request &request)
{
    for (int tries = 0; tries < 200; ++tries)
    {
        ask((host + tries) % plan_.hosts, request);
        if (done())
            return true;
        time_.sleep(1s);
        time_.delay(3s);
    }
    return false;
}

void World::client(const Act &act, const std::function<void()> &body)
{
    ++busyClients_;
    const int kind = static_cast<int>(act.kind);
    time_.start(Scheduler::noGroup, "client " + std::to_string(kind) + "/" + std::to_string(act.subject), [this, body] {
        body();
        --busyClients_;
    });
}

void World::begin(const Act &act)
{
    const auto end = time_.now() + act.span;
    const std::string host = "host " + std::to_string(act.host);
    switch (act.kind)
    {
    case Kind::submit:
        return client(act, [this, act] { submit(act); });
    case Kind::note:
    case Kind::change:
    case Kind::resolve:
        return client(act, [this, act] { update(act); });
    case Kind::problem:
    case Kind::worse:
    case Kind::recovery:
        return client(act, [this, act] { report(act); });
    case Kind::operate:
        return client(act, [this, act] { operate(act); });
    case Kind::crash:
        return crash(act.host, act.span);
    case Kind::pause:
        return pause(act.host, act.span, act.number != 0);
    case Kind::drain:
        if (const auto &at = hosts_[static_cast<std::size_t>(act.host)])
            at->drain();
        say(host + " drains");
        return time_.at(time_.now() + 10s, [this, act] { crash(act.host, act.span); });
    case Kind::crashAt:
    case Kind::pauseAt:
        return traps_.push_back({act, act.times});
    case Kind::storeTrouble:
        say(host + " has trouble with the store");
        storeTrouble_[act.host] = {end, act.number};
        return;
    case Kind::psaTrouble:
        say("the PSA has trouble");
        psa_.weather[connectionOf(act.subject)] = troubled(act.number);
        return time_.at(end, [this, act] {
            if (!isCalm_)
                psa_.weather[connectionOf(act.subject)] = PsaWeather();
        });
    case Kind::human:
        say("a human " +
            psa_.human(connectionOf(act.subject), static_cast<PsaModel::HumanAct>(act.number), random_.next()));
        return;
    }
}

void World::submit(const Act &act)
{
    const bool hasKey = act.subject % 4 != 0;
    for (int i = 0; i < (hasKey ? act.times : 1); ++i)
    {
        const auto id = std::make_shared<std::int64_t>(0);
        const Request request = [act, hasKey, id](SimHost &host) {
            try
            {
                const auto live = host.connections().get(connectionOf(act.subject));
                host.tickets().storeLater(host.tickets().build(*live, requestOf(act.subject),
                                                               hasKey ? "key-" + std::to_string(act.subject) : ""),
                                          who, [&](const auto &accepted) { *id = accepted().ticket.id; });
            }
            catch (const StoreError &) // NOLINT(bugprone-empty-catch): it was not accepted
            {
            }
        };
        if (!hasKey)
            ask(act.host, request);
        else if (!persist(
                     act.host + i, [&] { return *id != 0; }, request))
            return;
        if (*id == 0)
            return;
        const auto [at, isNew] = truth_.tickets.emplace(act.subject, *id);
        if (!isNew && at->second != *id)
            invariants_.fail("key", "its key gave ticket " + std::to_string(act.subject) + " two numbers");
    }
}

void World::update(const Act &act)
{
    for (int waits = 0; waits < 60 && !truth_.tickets.contains(act.subject); ++waits)
        time_.sleep(1s);
    const auto ticket = truth_.tickets.find(act.subject);
    if (ticket == truth_.tickets.end())
        return;
    const std::string number = std::to_string(act.number);
    Object::Ptr request = new Object;
    auto update = service::Update::note;
    if (act.kind == Kind::note)
        request->set("text", "Note #" + number + "#");
    else if (act.kind == Kind::change)
    {
        update = service::Update::change;
        request->set("priority", "P" + number);
    }
    else
    {
        update = service::Update::resolve;
        request->set("note", "Note #" + number + "#");
        if (act.number % 2 == 0)
            request->set("ifUntouched", true);
    }
    for (int i = 0; i < act.times; ++i)
    {
        const auto accepted = std::make_shared<std::optional<std::vector<std::int64_t>>>();
        persist(
            act.host + i, [&] { return accepted->has_value(); },
            [=, id = std::to_string(ticket->second)](SimHost &host) {
                try
                {
                    std::vector<std::int64_t> ids;
                    for (const auto &each :
                         host.tickets().update(update, id, request, "update-" + number, who).operations)
                        ids.push_back(each.id);
                    *accepted = ids;
                }
                catch (const ActionNotAllowed &)
                {
                    *accepted = std::vector<std::int64_t>();
                }
                catch (const StoreError &) // NOLINT(bugprone-empty-catch): it was not accepted
                {
                }
            });
        if (*accepted && !(*accepted)->empty())
            truth_.updates[act.number] = {ticket->second, **accepted};
    }
}

Truth::Told World::eventOf(const Act &act, int number) const
{
    const Outage &outage = plan_.outages.at(static_cast<std::size_t>(number) - 1);
    const auto instant = [](SimTime time) { return instantFrom(HostClock::dateOf(time)); };
    Truth::Told told{outage.source, {}};
    Event &event = told.event;
    event.kind = act.kind == Kind::recovery ? EventKind::recovery
                 : act.kind == Kind::worse  ? EventKind::update
                                            : EventKind::problem;
    event.key = outage.key;
    event.customer.name = "Customer " + std::to_string(outage.customer);
    if (act.kind != Kind::recovery)
        event.severity = act.kind == Kind::worse || outage.customer == 1 ? Severity::critical : Severity::medium;
    if (outage.source == 0)
    {
        event.startedAt = instant(outage.start);
        event.at =
            instant(act.kind == Kind::recovery ? *outage.end : std::min(act.at, outage.end.value_or(act.at) - 1ms));
        if (act.kind == Kind::problem && act.number == 0)
            event.at = event.startedAt;
    }
    else
        event.deliveryId = std::to_string(number) + "-" + std::to_string(act.at.count());
    return told;
}

void World::report(const Act &act)
{
    std::vector<Truth::Told> events{eventOf(act, act.subject)};
    if (act.kind == Kind::recovery)
        waitForProblem(events.front());
    if (act.kind == Kind::problem && act.number != 0)
        events.push_back(eventOf(act, act.number));
    if (events.front().source == 0)
        return deliver(act, events);
    // One after the other: a ticket's number is taken, and waited for.
    const std::string &key = events.front().event.key;
    const int mine = turns_[key + " taken"]++;
    while (turns_[key] != mine)
        time_.sleep(500ms);
    deliver(act, events);
    ++turns_[key];
}

/// A source reports an end after the beginning was taken, but it may be late.
void World::waitForProblem(const Truth::Told &recovery)
{
    const auto isItsProblem = [&](const Truth::Told &told) {
        return told.source == recovery.source && told.event.key == recovery.event.key &&
               told.event.kind == EventKind::problem && told.event.startedAt == recovery.event.startedAt;
    };
    for (int waits = 0; waits < 600 && recovery.source == 0; ++waits)
    {
        if (std::any_of(truth_.told.begin(), truth_.told.end(), isItsProblem))
            return;
        time_.sleep(1s);
    }
}

void World::deliver(const Act &act, const std::vector<Truth::Told> &events)
{
    std::vector<Event> sent;
    for (const Truth::Told &each : events)
        sent.push_back(each.event);
    const RawDelivery delivery{"POST", "text/plain", toBody(sent), {}, {}};
    const std::string source = "s" + std::to_string(events.front().source);
    for (int i = 0; i < act.times; ++i)
    {
        const auto taken = std::make_shared<bool>(false);
        persist(
            act.host + i, [&] { return *taken; },
            [taken, source, delivery](SimHost &host) {
                try
                {
                    host.intake().receive(host.sources().get(source), delivery);
                    *taken = true;
                }
                catch (const StoreError &) // NOLINT(bugprone-empty-catch): it was not taken
                {
                }
            });
        if (*taken)
            truth_.told.insert(truth_.told.end(), events.begin(), events.end());
    }
}

void World::operate(const Act &act)
{
    persist(
        act.host, [] { return true; },
        [this, act](SimHost &host) {
            try
            {
                operateOn(host, act);
            }
            catch (
                const std::runtime_error &) // NOLINT(bugprone-empty-catch): it was refused, and the operator leaves it
            {
            }
        });
}

/// Like a careful operator, who looks into the PSA first.
void World::operateOn(SimHost &host, const Act &act)
{
    const test::MemoryContents seen = database_.contents;
    const bool discards = act.number % 3 == 0;
    for (const auto &[id, ticket] : seen.tickets)
    {
        if (!needsHuman(ticket.state) || date_->wallNow() - ticket.changed < 60s)
            continue;
        truth_.operatedTickets.insert(id);
        const auto &all = psa_.tickets();
        const auto at = std::find_if(all.begin(), all.end(), [&](const PsaTicket &each) {
            return each.reference == ticket.reference && !each.discarded();
        });
        say("the operator looks after ticket " + std::to_string(id));
        if (discards)
            host.tickets().discard(std::to_string(id), "", "operator");
        else if (at != all.end())
            host.tickets().link(std::to_string(id), at->id, "operator");
        else
            host.tickets().retry(std::to_string(id), std::nullopt, nullptr, "operator");
        return;
    }
    for (const auto &[id, operation] : seen.operations)
        if ((needsHuman(operation.state) || operation.reason.code == "no_ticket") &&
            date_->wallNow() - operation.changed > 60s)
        {
            truth_.operatedOperations.insert(id);
            say("the operator looks after operation " + std::to_string(id));
            const std::string ticket = std::to_string(operation.ticketId);
            if (discards && operation.state != TicketState::cancelled)
                host.tickets().discardOperation(ticket, id, "", "operator");
            else
                host.tickets().retryOperation(ticket, id, true, "operator");
            return;
        }
}

Outcome World::run()
{
    for (int host = 0; host < plan_.hosts; ++host)
        time_.at(SimTime(0), [this, host] { boot(host); });
    for (const Act &act : plan_.acts)
        time_.at(act.at, [this, act] { begin(act); });
    const auto isBroken = [this] { return !invariants_.broken().empty(); };
    time_.run(plan_.calm, isBroken);
    if (!isBroken() && time_.failure().empty())
        endFaults();
    const SimTime lastAct = plan_.acts.empty() ? SimTime(0) : plan_.acts.back().at;
    const SimTime earliest = std::max(plan_.calm + 3min, lastAct + 1min);
    bool rests = false;
    for (SimTime until = plan_.calm;
         !rests && !isBroken() && time_.failure().empty() && until < plan_.calm + mostUntilRest;)
    {
        until += lookAtRest;
        time_.run(until, isBroken);
        rests = busyClients_ == 0 && time_.now() > earliest && invariants_.whatMoves().empty();
    }
    if (!time_.failure().empty())
        invariants_.fail("exception", time_.failure());
    else if (!isBroken() && !rests)
        invariants_.fail("no-end", busyClients_ > 0 ? "a client never got an answer" : invariants_.whatMoves());
    else
        invariants_.atTheEnd();
    return {invariants_.broken(), time_.trace(), psa_.tickets().size(), time_.now(), log_};
}

Outcome carryOut(const Plan &plan, bool logs)
{
    return World(plan, logs).run();
}

} // namespace psa::simulation
