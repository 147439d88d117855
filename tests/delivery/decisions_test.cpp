// What follows from events: episodes, tickets, notes, ends. Real store, tickets and plugin; rules as operators write them.
#include "host/events/decisions.h"
#include "host/events/event_steps.h"
#include "tests/delivery/fake_psa.h"
#include "tests/delivery/house.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <map>
#include <random>

using namespace psa::events;
using namespace psa::test;
using namespace psa::ticket;
using Catch::Contains;
using Poco::JSON::Object;
using namespace std::chrono_literals;

namespace {

/// A rule that takes everything and creates tickets in connection "a". `more`: further members of its document.
std::string ruleOf(const std::string &name, const std::string &more = "", const std::string &mode = "on")
{
    return R"({"name":")" + name + R"(","mode":")" + mode +
           R"(","do":"ticket","ticket":{"connection":"a","fields":{"title":"{{title}}","description":"{{text}}"}})" +
           (more.empty() ? "" : "," + more) + "}";
}

/// A host whose rules are given by the test.
class Flow
{
public:
    explicit Flow(Application &application, const std::vector<std::string> &rules,
                  const std::vector<std::string> &windows = {}, const std::vector<std::string> &customers = {})
        : application_(application), rules_(std::make_shared<Ruleset>()),
          decisions_(application.connections(), application.tickets(), [this] { return rules_; })
    {
        for (const std::string &each : rules)
            add(each);
        for (const std::string &each : windows)
            rules_->windows.push_back(rules::Window::parse(*parseObject(each)));
        std::vector<rules::Customer> table;
        for (const std::string &each : customers)
            table.push_back(rules::Customer::parse(*parseObject(each)));
        rules_->customers = rules::CustomerTable(table);
        source.name = "prod";
        source.uid = "uid-prod";
        source.id = define(DefinitionKind::source, "prod", "{}").id;
    }

    StoredDefinition define(DefinitionKind kind, const std::string &name, const std::string &document)
    {
        return application_.store().write([&](StoreWriter &writer) {
            StoredDefinition definition;
            definition.kind = kind;
            definition.name = name;
            definition.uid = "uid " + name;
            definition.documentJson = document;
            return writer.addDefinition(definition, "test");
        });
    }

    void add(const std::string &document)
    {
        LiveRule live;
        live.rule = rules::Rule::parse(*parseObject(document));
        live.name = live.rule.name;
        const auto stored = define(DefinitionKind::rule, live.name, document);
        live.id = stored.id;
        live.version = stored.version;
        live.connectionUid =
            createsTicket(live.rule) ? application_.connections().get(live.rule.ticket.connection)->stored.uid : "";
        rules_->rules.push_back(live);
    }

    /// Delivers the events in one delivery; returns their decisions, separated by commas.
    std::string tell(const std::vector<Event> &events)
    {
        last = application_.store().write([&](StoreWriter &writer) {
            return decisions_.decide(writer, {0, source, now()}, events);
        });
        std::string codes;
        for (const StoredEvent &each : last.events)
            codes += (codes.empty() ? "" : ",") + each.decision;
        for (const Notice &each : last.notices)
            notices.push_back(each);
        return codes;
    }

    std::string tell(const Event &event) { return tell(std::vector<Event>{event}); }

    /// Lets time pass, with everything that becomes due on the way.
    void wait(std::chrono::minutes time)
    {
        if (!steps_)
            steps_.emplace(
                EventSteps::Parts{application_.store(), decisions_, clock,
                                  [this] { return std::vector{std::make_shared<const SourceSettings>(source)}; },
                                  [this](const Decided &decided) {
                                      for (const Notice &each : decided.notices)
                                          notices.push_back(each);
                                  },
                                  holding});
        steps_->run();
        for (std::chrono::minutes passed{0}; passed < time; passed += 1min)
        {
            clock->advance(1min);
            while (steps_->run())
                ;
        }
    }

    std::size_t tickets()
    {
        return application_.store().read(
            [](const StoreReader &reader) { return reader.listTickets({}).tickets.size(); });
    }
    StoredTicket ticket(std::int64_t id)
    {
        return application_.store().read([&](const StoreReader &reader) { return reader.ticket(id).value(); });
    }
    std::vector<StoredOperation> operations(std::int64_t id)
    {
        return application_.store().read([&](const StoreReader &reader) { return reader.operationsOf(id); });
    }
    StoredEpisode episode(const std::string &key)
    {
        return application_.store().read(
            [&](const StoreReader &reader) { return reader.latestEpisode(source.id, key).value(); });
    }
    std::optional<StoredEpisode> episodeById(std::int64_t id)
    {
        return application_.store().read([&](const StoreReader &reader) { return reader.episode(id); });
    }
    void watch(std::int64_t id, const TicketWatch &watch)
    {
        application_.store().write([&](StoreWriter &writer) { writer.saveWatch(id, watch); });
    }
    std::string history(const std::string &key)
    {
        const auto id = episode(key).id;
        std::string all;
        for (const EventStep &each :
             application_.store().read([&](const StoreReader &reader) { return reader.stepsOf(id); }))
            all += each.what + ";";
        return all;
    }
    Instant now() const { return instantFrom(clock->wallNow()); }

    std::shared_ptr<ManualClock> clock;
    SourceSettings source;
    Decided last;
    std::vector<Notice> notices;
    /// The leases of this host, before the first wait(); null = it is the only one.
    std::function<std::optional<psa::fleet::Holding>(const LeaseName &)> holding;
    Store &store() { return application_.store(); }
    std::shared_ptr<Ruleset> ruleset() { return rules_; }
    const Decisions &decisions() const { return decisions_; }

private:
    Application &application_;
    std::shared_ptr<Ruleset> rules_;
    Decisions decisions_;
    std::optional<EventSteps> steps_;
};

/// Runs `work` on a host with connection "a", whose plugin can update tickets, and connection "old", whose cannot.
struct FlowHouse
{
    HostFixture house;
    std::shared_ptr<FakePsa> psa = std::make_shared<FakePsa>();

    void with(const std::vector<std::string> &rules, const std::function<void(Flow &)> &work,
              const std::vector<std::string> &windows = {}, const std::vector<std::string> &customers = {})
    {
        run([&](Application &application) {
            Flow flow(application, rules, windows, customers);
            flow.clock = house.clock;
            work(flow);
        });
    }

    void run(const std::function<void(Application &)> &work)
    {
        house.plugins = {updater(), relay()};
        house.transport = [this](const auto &) { return psa; };
        REQUIRE(!house.with(ring("key"), [&](Application &application) {
            for (const auto &[name, plugin] :
                 {std::pair("a", "com.example.updater"), std::pair("old", "com.example.relay")})
            {
                ConnectionInput input;
                input.plugin = plugin;
                input.configuration = parseObject(R"({"report":"honest"})");
                input.updates = parseObject(
                    name == std::string("a") ? R"({"resolvedStatus":"Done","reopenedStatus":"Open"})" : "{}");
                application.connections().add(name, input, "test");
            }
            work(application);
        }));
    }
};

Event problem(const std::string &key = "disk", const std::string &severity = "high")
{
    Event event;
    event.kind = EventKind::problem;
    event.key = key;
    event.severity = severityFrom(severity);
    event.title = "Trouble with " + key;
    event.text = "It is full.";
    return event;
}

Event recovery(const std::string &key = "disk")
{
    Event event;
    event.kind = EventKind::recovery;
    event.key = key;
    event.title = "Trouble with " + key;
    return event;
}

Event of(Event event, const std::string &customer)
{
    event.customer.name = customer;
    return event;
}

std::string document(const StoredOperation &operation)
{
    return operation.documentJson;
}

} // namespace

TEST_CASE("a problem gets one ticket, whatever is repeated, and its recovery resolves it", "[decisions]")
{
    FlowHouse().with({ruleOf("all")}, [](Flow &flow) {
        CHECK(flow.tell(recovery()) == "nothing");
        CHECK(flow.tell(problem()) == "ticket");
        CHECK(flow.last.wake.contains("a"));
        CHECK(flow.tell(problem()) == "repeat");
        CHECK(flow.tickets() == 1);
        CHECK_THAT(flow.ticket(1).requestJson, Contains(R"("title":"Trouble with disk")"));
        CHECK(flow.tell(recovery()) == "resolved");
        const auto operations = flow.operations(1);
        REQUIRE(operations.size() == 2);
        CHECK_THAT(document(operations.at(0)), Contains("The problem is over"));
        CHECK(operations.at(1).intent == "resolve");
        CHECK(operations.at(1).ifUntouched);
        CHECK(flow.tell(recovery()) == "nothing");
        CHECK(flow.tell(problem()) == "ticket");
        CHECK(flow.tickets() == 2);
        CHECK(flow.history("disk") == "ticket;");
    });
}

TEST_CASE("two sources with one key have an episode each", "[decisions]")
{
    FlowHouse().with({ruleOf("all")}, [](Flow &flow) {
        CHECK(flow.tell(problem()) == "ticket");
        const auto first = flow.source.id;
        flow.source.id = flow.define(DefinitionKind::source, "other", "{}").id;
        CHECK(flow.tell(recovery()) == "nothing");
        CHECK(flow.tell(problem()) == "ticket");
        CHECK(flow.tell(recovery()) == "resolved");
        flow.source.id = first;
        CHECK(flow.episode("disk").state == EpisodeState::open);
    });
}

TEST_CASE("a recovery without severity ends the ticket of a rule on severity", "[decisions]")
{
    FlowHouse().with({ruleOf("critical", R"("conditions":{"all":["severity=~\"critical|high\""]})")}, [](Flow &flow) {
        CHECK(flow.tell(problem("disk", "low")) == "no_rule");
        CHECK(flow.tell(problem("disk", "high")) == "ticket"); // its severity has risen, and no rule had taken it
        CHECK(flow.tell(problem("disk", "low")) == "repeat");
        CHECK(flow.tell(recovery()) == "resolved");
    });
}

TEST_CASE("the rules are tried in their order, and the first that is on takes the event", "[decisions]")
{
    const auto rules = {ruleOf("off", "", "off"), ruleOf("trial", "", "dry_run"),
                        ruleOf("others", R"("conditions":{"all":["key=\"other\""]})"), ruleOf("first"),
                        ruleOf("second")};
    FlowHouse().with(rules, [](Flow &flow) {
        CHECK(flow.tell(problem()) == "ticket");
        const Object::Ptr decision = parseObject(flow.last.events.front().decisionJson);
        CHECK(decision->getValue<std::string>("rule") == "first");
        REQUIRE(decision->getArray("dryRun")->size() == 1);
        const auto trial = decision->getArray("dryRun")->getObject(0);
        CHECK(trial->getValue<std::string>("rule") == "trial");
        CHECK(trial->getObject("ticket")->getValue<std::string>("title") == "Trouble with disk");
        CHECK(flow.tickets() == 1);
    });
}

TEST_CASE("a rule in dry run decides, records and does nothing", "[decisions]")
{
    FlowHouse().with({ruleOf("trial", "", "dry_run")}, [](Flow &flow) {
        CHECK(flow.tell(problem()) == "dry_run");
        CHECK(flow.tell(recovery()) == "recovered");
        CHECK(flow.tickets() == 0);
        CHECK(flow.notices.empty());
    });
}

TEST_CASE("humans are told once that no rule took the events of a source", "[decisions]")
{
    FlowHouse().with({}, [](Flow &flow) {
        CHECK(flow.tell(problem("one")) == "no_rule");
        CHECK(flow.tell(problem("two")) == "no_rule");
        REQUIRE(flow.notices.size() == 1);
        CHECK(flow.notices.front().kind == "event.no_rule");
        flow.clock->advance(25h);
        CHECK(flow.tell(problem("three")) == "no_rule");
        CHECK(flow.notices.size() == 2);
    });
}

TEST_CASE("a rule whose connection was removed and made again is skipped, visibly, and the next one takes the event",
          "[decisions]")
{
    FlowHouse().run([](Application &application) {
        Flow flow(application, {ruleOf("stale"), R"({"name":"count","mode":"on","do":"suppress"})"});
        flow.ruleset()->rules.front().connectionUid = "another";
        flow.clock = std::make_shared<ManualClock>();
        CHECK(flow.tell(problem()) == "suppressed");
        CHECK_THAT(flow.last.events.front().decisionJson, Contains("stale") && Contains("made again"));
        CHECK(flow.tickets() == 0);
    });
}

TEST_CASE("an open episode does not write into a ticket of a connection that was made again", "[decisions]")
{
    FlowHouse().run([](Application &application) {
        Flow flow(application, {ruleOf("all")});
        flow.clock = std::make_shared<ManualClock>();
        CHECK(flow.tell(problem()) == "ticket");
        application.store().write([](StoreWriter &writer) {
            StoredEpisode episode = writer.episode(1).value();
            episode.connectionUid = "the one before";
            writer.saveEpisode(episode);
        });
        CHECK(flow.tell(recovery()) == "recovered");
        CHECK(flow.operations(1).empty());
        CHECK(flow.history("disk") == "ticket;resolved;");
    });
}

TEST_CASE("hold-down by time: a problem that is over in time makes no ticket, one that lasts makes one", "[decisions]")
{
    FlowHouse().with({ruleOf("held", R"("holdDown":{"minutes":10})")}, [](Flow &flow) {
        CHECK(flow.tell(problem("flapping")) == "held");
        flow.wait(9min);
        CHECK(flow.tell(recovery("flapping")) == "recovered");
        flow.wait(20min);
        CHECK(flow.tickets() == 0);
        CHECK(flow.tell(problem("lasting")) == "held");
        flow.wait(9min);
        CHECK(flow.tickets() == 0);
        flow.wait(1min);
        CHECK(flow.tickets() == 1);
        CHECK(flow.tell(recovery("lasting")) == "resolved");
    });
}

TEST_CASE("what is due of a source is done by the host that has its lease, and by no other", "[decisions][fleet]")
{
    FlowHouse().with({ruleOf("held", R"("holdDown":{"minutes":10})")}, [](Flow &flow) {
        std::string owner = "other";
        std::int64_t fence = 0;
        const LeaseName name = sourceLease(flow.source.id);
        flow.holding = [&](const LeaseName &asked) {
            return owner == "this" && asked == name
                       ? std::optional(psa::fleet::Holding{name, owner, fence, [] { return true; }})
                       : std::nullopt;
        };
        const auto take = [&](const std::string &next) {
            return flow.store().write(
                [&](StoreWriter &writer) { return writer.takeLease(name, next, 24h).value().fence; });
        };
        take("other");
        CHECK(flow.tell(problem("lasting")) == "held");
        flow.wait(20min);
        CHECK(flow.tickets() == 0);
        owner = "this"; // it believes so: the write does not
        flow.wait(2min);
        CHECK(flow.tickets() == 0);
        flow.store().write([&](StoreWriter &writer) { writer.giveLease(name, "other"); });
        fence = take("this");
        flow.wait(2min);
        CHECK(flow.tickets() == 1);
    });
}

TEST_CASE("hold-down by count: the third problem in a row makes the ticket, a success in between starts anew",
          "[decisions]")
{
    FlowHouse().with({ruleOf("backup", R"("holdDown":{"problems":3})")}, [](Flow &flow) {
        CHECK(flow.tell(problem()) == "held");
        CHECK(flow.tell(problem()) == "held");
        CHECK(flow.tell(recovery()) == "recovered");
        CHECK(flow.tell(problem()) == "held");
        CHECK(flow.tell(problem()) == "held");
        CHECK(flow.tell(problem()) == "ticket");
        CHECK(flow.tell(problem()) == "repeat");
        CHECK(flow.tickets() == 1);
    });
}

TEST_CASE("an episode follows the version of the rule that took it", "[decisions]")
{
    FlowHouse().with({ruleOf("all", R"("onRecovery":"nothing")")}, [](Flow &flow) {
        CHECK(flow.tell(problem()) == "ticket");
        LiveRule &live = flow.ruleset()->rules.front();
        live.rule = rules::Rule::parse(*parseObject(ruleOf("all", R"("onRecovery":"resolve")")));
        ++live.version;
        CHECK(flow.tell(recovery()) == "recovered");
        CHECK(flow.operations(1).empty());
        CHECK(flow.tell(problem()) == "ticket");
        flow.ruleset()->rules.clear();
    });
}

TEST_CASE("repetitions add notes at the pace of the rule, and a rise of severity at once", "[decisions]")
{
    FlowHouse().with({ruleOf("all", R"("onRepeat":{"do":"note","everyMinutes":60})")}, [](Flow &flow) {
        CHECK(flow.tell(problem("disk", "low")) == "ticket");
        CHECK(flow.tell(problem("disk", "low")) == "note");
        flow.clock->advance(59min);
        CHECK(flow.tell(problem("disk", "low")) == "repeat");
        flow.clock->advance(1min);
        CHECK(flow.tell(problem("disk", "low")) == "note");
        CHECK(flow.tell(problem("disk", "critical")) == "note");
        const auto notes = flow.operations(1);
        REQUIRE(notes.size() == 3);
        CHECK_THAT(document(notes.at(1)), Contains("reported 4 times"));
        CHECK_THAT(document(notes.at(2)), Contains("become worse: severity critical"));
    });
}

TEST_CASE("a plugin that cannot update tickets still creates them, and the history says what was not done",
          "[decisions]")
{
    std::string rule = ruleOf("all");
    rule.replace(rule.find(R"("connection":"a")"), 16, R"("connection":"old")");
    FlowHouse().with({rule}, [](Flow &flow) {
        CHECK(flow.tell(problem()) == "ticket");
        CHECK(flow.tell(recovery()) == "recovered");
        CHECK(flow.history("disk") == "ticket;resolved;");
    });
}

TEST_CASE("a problem that is back soon reopens its ticket, and later it gets a new one", "[decisions]")
{
    FlowHouse().with({ruleOf("all", R"("onReturn":{"reopenWithinHours":24})")}, [](Flow &flow) {
        CHECK(flow.tell(problem()) == "ticket");
        CHECK(flow.tell(recovery()) == "resolved");
        flow.clock->advance(23h);
        CHECK(flow.tell(problem()) == "reopened");
        CHECK(flow.operations(1).back().intent == "reopen");
        CHECK(flow.tell(recovery()) == "resolved");
        flow.clock->advance(25h);
        CHECK(flow.tell(problem()) == "ticket");
        CHECK(flow.tickets() == 2);
    });
}

TEST_CASE("a ticket that a human closed while the problem lasts is left, reopened or replaced, as the rule says",
          "[decisions]")
{
    TicketWatch closed;
    closed.closed = true;
    const auto toldAfterClose = [&](const std::string &policy, Flow &flow) {
        CHECK(flow.tell(problem()) == "ticket");
        flow.watch(1, closed);
        const std::string first = flow.tell(problem());
        return first + "/" + policy;
    };
    FlowHouse().with({ruleOf("all")}, [&](Flow &flow) {
        CHECK(toldAfterClose("leave", flow) == "repeat/leave");
        CHECK(flow.operations(1).empty());
        CHECK(flow.history("disk") == "ticket;closed_by_human;");
    });
    FlowHouse().with({ruleOf("all", R"("ifClosedByHuman":"reopen")")}, [&](Flow &flow) {
        CHECK(toldAfterClose("reopen", flow) == "reopened/reopen");
        CHECK(flow.tell(problem()) == "repeat"); // once, however long it takes to be done
        CHECK(flow.operations(1).size() == 2);
    });
    FlowHouse().with({ruleOf("all", R"("ifClosedByHuman":"new")")}, [&](Flow &flow) {
        CHECK(toldAfterClose("new", flow) == "ticket/new");
        CHECK(flow.tickets() == 2);
        CHECK(flow.tell(problem()) == "repeat");
    });
}

TEST_CASE("a storm becomes one ticket for each customer, resolved when the last of its problems is over", "[decisions]")
{
    const auto customers = {R"({"name":"Acme","aliases":[{"source":"*","name":"Acme"}],"companies":{"a":"1"}})",
                            R"({"name":"Bolt","aliases":[{"source":"*","name":"Bolt"}],"companies":{"a":"2"}})"};
    FlowHouse().with({ruleOf("all", R"("storm":{"tickets":2,"minutes":5})")},
                     [](Flow &flow) {
                         CHECK(flow.tell(of(problem("1"), "Acme")) == "ticket");
                         CHECK(flow.tell(of(problem("2"), "Acme")) == "ticket");
                         CHECK(flow.tell(of(problem("3"), "Acme")) == "storm");
                         CHECK(flow.tell(of(problem("4"), "Acme")) == "storm");
                         CHECK(flow.tell(of(problem("1b"), "Bolt")) == "ticket"); // never two companies in one
                         CHECK(flow.tell(of(problem("5"), "Acme")) == "storm");
                         CHECK(flow.tickets() == 4);
                         const auto storm = flow.episode("3").ticketId;
                         CHECK(flow.episode("5").ticketId == storm);
                         CHECK_THAT(flow.ticket(storm).requestJson, Contains("Many problems: all"));
                         CHECK(flow.operations(storm).size() == 2);
                         CHECK(flow.tell(of(recovery("3"), "Acme")) == "recovered");
                         CHECK(flow.tell(of(problem("6"), "Acme")) == "storm"); // still the same one
                         CHECK(flow.episode("6").ticketId == storm);
                         CHECK(flow.tell(of(recovery("4"), "Acme")) == "recovered");
                         CHECK(flow.tell(of(recovery("5"), "Acme")) == "recovered");
                         CHECK(flow.tell(of(recovery("6"), "Acme")) == "resolved");
                         CHECK(flow.operations(storm).back().intent == "resolve");
                     },
                     {}, {customers.begin(), customers.end()});
}

TEST_CASE(
    "a maintenance window suppresses problems, never recoveries, and what lasts at its end goes through the rules",
    "[decisions]")
{
    FlowHouse().run([](Application &application) {
        const std::vector<std::string> windows = {
            R"({"name":"Patch night","from":"2026-01-01T01:00","to":"2026-01-01T03:00","timeZone":"UTC"})"};
        Flow flow(application, {ruleOf("all")}, windows);
        flow.clock = std::make_shared<ManualClock>();
        CHECK(flow.tell(problem("before")) == "ticket");
        flow.clock->advance(90min);
        CHECK(flow.tell(recovery("before")) == "resolved");
        CHECK(flow.tell(problem("short")) == "window");
        CHECK(flow.tell(problem("long")) == "window");
        CHECK(flow.tell(problem("long")) == "window");
        CHECK(flow.tell(recovery("short")) == "recovered");
        CHECK(flow.tickets() == 1);
        flow.wait(90min);
        CHECK(flow.tickets() == 2);
        CHECK(flow.episode("long").ticketId == 2);
        CHECK(flow.tell(recovery("long")) == "resolved");
    });
}

TEST_CASE("a customer in no table makes a ticket that waits for a human, and is told once", "[decisions]")
{
    FlowHouse().with({ruleOf("all")}, [](Flow &flow) {
        CHECK(flow.tell(of(problem("1"), "Nobody Ltd")) == "unknown_customer");
        const StoredTicket ticket = flow.ticket(1);
        CHECK(ticket.state == TicketState::needsReview);
        CHECK(ticket.reason.code == "unknown_customer");
        CHECK_THAT(ticket.reason.text, Contains("Nobody Ltd") && Contains("customers table"));
        CHECK(flow.tell(of(problem("2"), "Nobody Ltd")) == "unknown_customer");
        REQUIRE(flow.notices.size() == 1);
        CHECK(flow.notices.front().kind == "customer.unknown");
    });
}

TEST_CASE("a customer known only by its number never becomes the company with that number", "[decisions]")
{
    FlowHouse().with({ruleOf("all")}, [](Flow &flow) {
        Event event = problem();
        event.customer.id = "27";
        CHECK(flow.tell(event) == "unknown_customer");
        CHECK_THAT(flow.ticket(1).requestJson, Contains(R"("company":"customer 27 of prod")"));
    });
}

TEST_CASE("a rule may send unknown customers to a company, with a warning on the ticket", "[decisions]")
{
    std::string rule = ruleOf("all");
    rule.insert(rule.find(R"("fields")"), R"("unknownCustomer":{"company":"175"},)");
    FlowHouse().with({rule}, [](Flow &flow) {
        CHECK(flow.tell(of(problem(), "Nobody Ltd")) == "ticket");
        const StoredTicket ticket = flow.ticket(1);
        CHECK(ticket.state == TicketState::ready);
        REQUIRE(!ticket.outcome.warnings.empty());
        CHECK_THAT(ticket.outcome.warnings.back(), Contains("Nobody Ltd") && Contains("175"));
    });
}

TEST_CASE("a recovery of the whole group ends the episodes of all its customers", "[decisions]")
{
    FlowHouse().with({ruleOf("all")}, [](Flow &flow) {
        Event first = problem("g|A");
        Event second = problem("g|B");
        first.group = second.group = "g";
        CHECK(flow.tell({first, second}) == "ticket,ticket");
        Event over = recovery("g|A");
        over.group = "g";
        second.kind = EventKind::update;
        CHECK(flow.tell({over, second}) == "resolved,repeat");
        CHECK(flow.episode("g|B").state == EpisodeState::open);
        CHECK(flow.tell(over) == "nothing"); // but every event of its group in this delivery is a recovery
        CHECK(flow.episode("g|B").state == EpisodeState::ended);
        CHECK(flow.operations(2).back().intent == "resolve");
    });
}

TEST_CASE("silence leaves the ticket alone, and the next problem opens another episode", "[decisions]")
{
    FlowHouse().with({ruleOf("all")}, [](Flow &flow) {
        flow.source.staleAfter = 60min;
        CHECK(flow.tell(problem()) == "ticket");
        flow.wait(61min);
        CHECK(flow.episode("disk").state == EpisodeState::stale);
        CHECK(flow.operations(1).empty());
        CHECK(flow.tell(problem()) == "ticket");
        CHECK(flow.tickets() == 2);
        flow.wait(61min);
        CHECK(flow.tell(recovery()) == "resolved"); // a recovery still ends it
    });
}

TEST_CASE("silence counts as recovery only where the source says so, and not while the whole source is silent",
          "[decisions]")
{
    FlowHouse().run([](Application &application) {
        Flow flow(application, {ruleOf("all")});
        flow.clock = std::make_shared<ManualClock>();
        flow.source.recoveredAfterSilence = 30min;
        const auto deliver = [&] {
            application.store().write([&](StoreWriter &writer) {
                StoredDelivery delivery;
                delivery.sourceId = flow.source.id;
                delivery.source = flow.source.name;
                delivery.received = flow.clock->wallNow();
                writer.addDelivery(delivery);
            });
        };
        deliver();
        CHECK(flow.tell(problem()) == "ticket");
        flow.wait(120min); // nothing at all came from the source
        CHECK(flow.episode("disk").state == EpisodeState::open);
        deliver();
        flow.wait(1min);
        CHECK(flow.episode("disk").state == EpisodeState::ended);
        CHECK(flow.operations(1).back().intent == "resolve");
    });
}

TEST_CASE("alerts about psa-host itself share one ticket", "[decisions]")
{
    FlowHouse().with({ruleOf("all")}, [](Flow &flow) {
        const auto own = [](const std::string &name) {
            Event event = problem(name);
            event.labels["alertname"] = name;
            return event;
        };
        CHECK(flow.tell(own("PsaHostPsaUnreachable")) == "ticket");
        CHECK(flow.tell(own("PsaHostTicketsNeedReview")) == "own");
        CHECK(flow.tell(own("PsaHostTicketsNeedReview")) == "own");
        CHECK(flow.tell(problem("disk")) == "ticket");
        CHECK(flow.tickets() == 2);
    });
}

TEST_CASE("a source that falls silent is reported once, and again after it has spoken", "[decisions]")
{
    FlowHouse().run([](Application &application) {
        Flow flow(application, {});
        flow.clock = std::make_shared<ManualClock>();
        flow.source.silentAfter = 60min;
        const auto deliver = [&] {
            application.store().write([&](StoreWriter &writer) {
                StoredDelivery delivery;
                delivery.sourceId = flow.source.id;
                delivery.source = flow.source.name;
                delivery.received = flow.clock->wallNow();
                writer.addDelivery(delivery);
            });
        };
        deliver();
        flow.wait(59min);
        CHECK(flow.notices.empty());
        flow.wait(60min);
        REQUIRE(flow.notices.size() == 1);
        CHECK(flow.notices.front().kind == "source.silent");
        deliver();
        flow.wait(120min);
        CHECK(flow.notices.size() == 2);
    });
}

namespace {

/// Random problems, repetitions and recoveries of a few keys of two customers, in and out of order.
class RandomEvents
{
public:
    explicit RandomEvents(unsigned seed) : random_(seed) {}

    Event next(Instant now)
    {
        const std::string key = std::to_string(below(6));
        Event event = below(10) < 6 ? problem(key, below(2) == 0 ? "low" : "critical") : recovery(key);
        event.customer.name = std::stoi(key) % 2 == 0 ? "Acme" : "Bolt";
        const Instant time = now - std::chrono::minutes(below(8) == 0 ? below(300) : 0); // some were retried for hours
        if (below(3) != 0)
            (event.kind == EventKind::problem ? event.startedAt : event.at) = time;
        return event;
    }
    unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>(0, limit - 1)(random_); }

private:
    std::mt19937 random_;
};

std::vector<StoredEpisode> episodesOf(Flow &flow)
{
    std::vector<StoredEpisode> all;
    for (std::int64_t id = 1; const auto episode = flow.episodeById(id); ++id)
        all.push_back(*episode);
    return all;
}

void checkEpisodes(Flow &flow)
{
    std::map<std::string, int> open;
    std::map<std::int64_t, std::string> customers;
    std::map<std::int64_t, int> owners;
    std::map<std::int64_t, int> unfinished;
    for (const StoredEpisode &each : episodesOf(flow))
    {
        open[each.key] += each.state == EpisodeState::ended ? 0 : 1;
        if (each.ticketId == 0)
            continue;
        const std::string customer = std::stoi(each.key) % 2 == 0 ? "Acme" : "Bolt";
        CHECK(customers.try_emplace(each.ticketId, customer).first->second == customer);
        owners[each.ticketId] += each.ownsTicket ? 1 : 0;
        unfinished[each.ticketId] += each.state == EpisodeState::ended ? 0 : 1;
    }
    for (const auto &[key, count] : open)
        CHECK(count <= 1);
    for (const auto &[ticket, count] : owners)
        CHECK(count == 1);
    for (const auto &[ticket, count] : unfinished)
    {
        const auto operations = flow.operations(ticket);
        int resolved = 0;
        for (const StoredOperation &each : operations)
            resolved += each.kind == OperationKind::change ? (each.intent == "resolve" ? 1 : -1) : 0;
        CHECK(resolved >= 0);
        CHECK(resolved <= 1);
        if (count > 0)
            CHECK(resolved == 0); // no ticket of a problem that lasts is closed
    }
    CHECK(owners.size() == flow.tickets());
}

} // namespace

TEST_CASE("whatever comes in whatever order, a problem has one ticket, of one customer, open while it lasts",
          "[decisions]")
{
    const auto customers = {R"({"name":"Acme","aliases":[{"source":"*","name":"Acme"}],"companies":{"a":"1"}})",
                            R"({"name":"Bolt","aliases":[{"source":"*","name":"Bolt"}],"companies":{"a":"2"}})"};
    const unsigned seed = GENERATE(range(1U, 16U));
    CAPTURE(seed);
    FlowHouse().with({ruleOf("held", R"("conditions":{"all":["severity=low"]},"holdDown":{"minutes":5})"),
                      ruleOf("all", R"("storm":{"tickets":3,"minutes":60},"onReturn":{"reopenWithinHours":1},)"
                                    R"("onRepeat":{"do":"note","everyMinutes":30})")},
                     [&](Flow &flow) {
                         flow.source.staleAfter = 120min;
                         RandomEvents random(seed);
                         for (int step = 0; step < 60; ++step)
                         {
                             flow.tell(random.next(flow.now()));
                             if (random.below(3) == 0)
                                 flow.wait(std::chrono::minutes(random.below(40)));
                             checkEpisodes(flow);
                         }
                     },
                     {}, {customers.begin(), customers.end()});
}
