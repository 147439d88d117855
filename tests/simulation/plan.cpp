#include "tests/simulation/plan.h"

#include "tests/simulation/psa_model.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace psa::simulation {
namespace {

using namespace std::chrono_literals;
using Kind = Act::Kind;

std::string rule(const std::string &name, const std::string &connection, const std::string &more)
{
    return R"({"name":")" + name + R"(","mode":"on","do":"ticket","ticket":{"connection":")" + connection +
           R"(","fields":{"title":"{{title}}","description":"{{text}}"}})" + more + "}";
}

/// Draws the acts of a plan.
class Drawing
{
public:
    explicit Drawing(Plan &plan) : plan_(plan), random_(plan.seed ^ 0x5EEDU) {}

    void draw()
    {
        plan_.hosts = static_cast<int>(random_.between(1, 3));
        plan_.rules = static_cast<int>(random_.below(ruleSets.size()));
        plan_.requests = random_.chance(300) ? 30 : 1000;
        plan_.calm = time(4min, 15min);
        drawTickets();
        drawOutages();
        drawFaults();
        drawPeople();
        std::stable_sort(plan_.acts.begin(), plan_.acts.end(), [](const Act &a, const Act &b) { return a.at < b.at; });
    }

private:
    SimTime time(SimTime least, SimTime most) { return SimTime(random_.between(least.count(), most.count())); }
    int upTo(int most) { return static_cast<int>(random_.between(0, most)); }
    int host() { return upTo(plan_.hosts - 1); }
    SimTime whenever() { return time(0s, plan_.calm - 30s); }

    Act &add(Kind kind, SimTime at)
    {
        Act act;
        act.kind = kind;
        act.at = at;
        act.host = host();
        return plan_.acts.emplace_back(act);
    }

    void drawTickets()
    {
        int notes = 0;
        const int tickets = 1 + upTo(5);
        for (int ticket = 1; ticket <= tickets; ++ticket)
        {
            Act &submit = add(Kind::submit, whenever());
            submit.subject = ticket;
            submit.times = random_.chance(300) ? 2 : 1;
            SimTime at = submit.at;
            for (int left = upTo(4); left > 0; --left)
            {
                at += random_.chance(600) ? time(10ms, 3s) : time(1s, 90s);
                const bool isNote = random_.chance(650);
                const Kind kind = isNote ? Kind::note : random_.chance(500) ? Kind::change : Kind::resolve;
                Act &act = add(kind, at);
                act.subject = ticket;
                act.number = ++notes;
                act.times = random_.chance(200) ? 2 : 1;
            }
        }
    }

    void drawOutages()
    {
        const int keys = 1 + upTo(4);
        for (int key = 1; key <= keys; ++key)
        {
            const int source = random_.chance(600) ? 0 : 1;
            const int customer = static_cast<int>(random_.chance(80) ? 4 : random_.between(1, 3));
            SimTime start = whenever();
            for (int left = 1 + upTo(2); left > 0 && start < plan_.calm; --left)
            {
                Outage outage{source, "key" + std::to_string(key), customer, start, std::nullopt};
                if (left > 1 || random_.chance(600))
                    outage.end = start + time(5s, 3min);
                plan_.outages.push_back(outage);
                drawReports(static_cast<int>(plan_.outages.size()));
                start = outage.end.value_or(start) + time(2s, 2min);
            }
        }
        for (Act &act : plan_.acts)
            if (act.kind == Kind::problem && random_.chance(250))
                bundle(act);
    }

    /// With a problem of another key in the same delivery.
    void bundle(Act &act)
    {
        const Outage &mine = plan_.outages.at(static_cast<std::size_t>(act.subject) - 1);
        const auto with = 1 + random_.below(plan_.outages.size());
        const Outage &other = plan_.outages.at(with - 1);
        if (mine.source == 0 && other.source == 0 && mine.key != other.key && other.start <= act.at)
            act.number = static_cast<int>(with);
    }

    void drawReports(int number)
    {
        const Outage outage = plan_.outages.back();
        const auto report = [&](Kind kind, SimTime happened) {
            const bool late = outage.source == 0 && random_.chance(150);
            Act &act = add(kind, happened + (late ? time(5s, 4min) : time(10ms, 2s)));
            act.subject = number;
            act.times = random_.chance(150) ? 2 : 1;
        };
        report(Kind::problem, outage.start);
        const SimTime lasts = outage.end.value_or(outage.start + 2min) - outage.start;
        if (random_.chance(300))
            report(random_.chance(500) ? Kind::problem : Kind::worse, outage.start + time(1s, lasts));
        if (outage.end)
            report(Kind::recovery, *outage.end);
    }

    void drawFaults()
    {
        for (int left = upTo(3); left > 0; --left)
        {
            Act &act = add(std::array{Kind::crash, Kind::pause, Kind::drain}.at(random_.below(3)), whenever());
            act.number = act.kind == Kind::pause ? upTo(1) : 0;
            act.span = random_.chance(500) ? time(100ms, 20s) : time(20s, 3min);
        }
        for (int left = upTo(2); left > 0; --left)
        {
            Act &act = add(random_.chance(400) ? Kind::crashAt : Kind::pauseAt, whenever());
            act.number = upTo(static_cast<int>(pointNames.size()) - 1);
            act.times = 1 + upTo(4);
            act.span = random_.chance(300) ? time(100ms, 20s) : time(35s, 3min);
        }
        for (int left = upTo(2); left > 0; --left)
        {
            Act &act = add(Kind::storeTrouble, whenever());
            act.number = static_cast<int>(random_.between(50, 700));
            act.span = time(1s, 90s);
        }
        for (int left = upTo(2); left > 0; --left)
        {
            Act &act = add(Kind::psaTrouble, whenever());
            act.subject = 1 + upTo(1);
            act.number = upTo(static_cast<int>(troubleNames.size()) - 1);
            act.span = time(5s, 3min);
        }
    }

    void drawPeople()
    {
        for (int left = upTo(3); left > 0; --left)
        {
            Act &act = add(Kind::human, whenever());
            act.subject = 1 + upTo(1);
            act.number = upTo(static_cast<int>(PsaModel::HumanAct::remove));
        }
        for (int left = upTo(2); left > 0; --left)
            add(Kind::operate, whenever()).number = upTo(8);
    }

    Plan &plan_;
    Random random_;
};

std::string timeText(SimTime time)
{
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.3f s", std::chrono::duration<double>(time).count());
    return text.data();
}

std::string outageText(const Plan &plan, int number)
{
    const Outage &outage = plan.outages.at(static_cast<std::size_t>(number) - 1);
    return "outage " + std::to_string(number) + " (source " + std::to_string(outage.source) + ", " + outage.key +
           ", customer " + std::to_string(outage.customer) + ", from " + timeText(outage.start) +
           (outage.end ? " to " + timeText(*outage.end) : "") + ")";
}

std::string textOf(const Plan &plan, const Act &act)
{
    const std::string at = " at host " + std::to_string(act.host);
    const std::string host = "host " + std::to_string(act.host);
    const std::string ticket = "ticket " + std::to_string(act.subject);
    const std::string times = act.times == 1 ? "" : ", " + std::to_string(act.times) + " times";
    switch (act.kind)
    {
    case Kind::submit:
        return "submit " + ticket + " for " + connectionOf(act.subject) + at + times;
    case Kind::note:
        return "add note " + std::to_string(act.number) + " to " + ticket + at + times;
    case Kind::change:
        return "set the priority of " + ticket + " to " + std::to_string(act.number) + at + times;
    case Kind::resolve:
        return "resolve " + ticket + (act.number % 2 == 0 ? " unless a human has touched it" : "") + at + times;
    case Kind::problem:
        return "report " + outageText(plan, act.subject) +
               (act.number == 0 ? "" : ", and in the same delivery " + outageText(plan, act.number)) + at + times;
    case Kind::worse:
        return "report that it is worse: " + outageText(plan, act.subject) + at + times;
    case Kind::recovery:
        return "report the end of " + outageText(plan, act.subject) + at + times;
    case Kind::crash:
        return host + " crashes, for " + timeText(act.span);
    case Kind::pause:
        return host + (act.number == 0 ? " is paused for " : " is suspended for ") + timeText(act.span);
    case Kind::drain:
        return host + " is stopped in an orderly way, for " + timeText(act.span);
    case Kind::crashAt:
    case Kind::pauseAt:
        return host + (act.kind == Kind::crashAt ? " crashes" : " is paused") + " for " + timeText(act.span) +
               ", once it has been " + std::to_string(act.times) + " times at \"" +
               pointNames.at(static_cast<std::size_t>(act.number)) + "\"";
    case Kind::storeTrouble:
        return std::to_string(act.number) + " of 1000 writes of " + host + " fail, for " + timeText(act.span);
    case Kind::psaTrouble:
        return "the PSA of " + connectionOf(act.subject) + " " + troubleNames.at(static_cast<std::size_t>(act.number)) +
               ", for " + timeText(act.span);
    case Kind::human:
        return "a human works on a ticket of " + connectionOf(act.subject) + ": " +
               std::array{"note", "status", "close", "merge", "delete"}.at(static_cast<std::size_t>(act.number));
    case Kind::operate:
        return "an operator looks after what needs a human" + at + (act.number % 3 == 0 ? ", and discards it" : "");
    }
    return "";
}

} // namespace

const std::vector<std::string> pointNames{"claimed", "exchanged", "called", "settled", "before commit", "after commit"};

const std::vector<std::string> troubleNames{"is not reachable",       "loses answers", "fails",
                                            "limits what it is sent", "forbids it",    "is slow"};

const std::vector<std::vector<std::string>> ruleSets{
    {rule("all", "a", R"(,"storm":{"tickets":0})")},
    {rule("all", "b",
          R"(,"storm":{"tickets":0},"onReturn":{"reopenWithinHours":24},)"
          R"("onRepeat":{"do":"note","everyMinutes":1})")},
    {rule("all", "a", R"(,"holdDown":{"minutes":1},"onRecovery":"resolve")")},
    {rule("all", "b", R"(,"storm":{"tickets":2,"minutes":30},"onRecovery":"resolve_if_untouched")")},
    {rule("worst", "a", R"(,"conditions":{"all":["severity=critical"]},"onRecovery":"resolve")"),
     rule("others", "b", R"(,"onRecovery":"note","ifClosedByHuman":"reopen")")},
    {rule("all", "a", R"(,"onReturn":{"reopenWithinHours":1},"ifClosedByHuman":"new")")}};

std::string connectionOf(int subject)
{
    return subject % 2 == 1 ? "a" : "b";
}

Plan planFrom(std::uint64_t seed)
{
    Plan plan;
    plan.seed = seed;
    Drawing(plan).draw();
    return plan;
}

std::string toText(const Plan &plan)
{
    std::string text = "seed " + std::to_string(plan.seed) + ", " + std::to_string(plan.hosts) + " hosts, rules " +
                       std::to_string(plan.rules) + ", " + std::to_string(plan.requests) +
                       " requests allowed in 300 s, faults end after " + timeText(plan.calm) + "\n";
    for (const Act &act : plan.acts)
        text += "  " + timeText(act.at) + ": " + textOf(plan, act) + "\n";
    return text;
}

} // namespace psa::simulation
