// Notes and changes under random faults: responses that are lost, requests that never arrive, notes that are visible late,
// humans who act in between, and a process that dies at any moment.
#include "tests/delivery/world.h"
#include "tests/support/setting.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <set>

using namespace std::chrono_literals;
using psa::test::DeliveryWorld;
using psa::test::FakeUpdates;
using psa::test::setting;
using psa::ticket::TicketState;

namespace {

constexpr int ticketCount = 4;

class Chaos
{
public:
    explicit Chaos(unsigned seed) : random_(seed), world_("honest", psa::test::updater())
    {
        for (int i = 0; i < ticketCount; ++i)
            tickets_.push_back(world_.submit("REF" + std::to_string(i)));
        const auto fate = [this](const std::string &) { return anyFate(); };
        world_.psa->updates.noteFate = fate;
        world_.psa->updates.statusFate = fate;
        world_.dies = [this](const auto &) { return oneIn(25); };
    }

    void play(int steps)
    {
        for (int i = 0; i < steps; ++i)
        {
            step();
            if (oneIn(3))
                world_.run();
            if (oneIn(8))
                world_.clock->advance(std::chrono::seconds(below(40)));
        }
        world_.runOn(200);
    }

    /// Nothing lost, nothing doubled, everything in its order.
    void check()
    {
        std::map<std::string, std::vector<std::string>> notesInPsa; // texts of all notes, by ticket
        std::set<std::string> references;
        for (const FakeUpdates::Note &each : world_.psa->updates.notes)
        {
            CAPTURE(each.reference);
            REQUIRE(references.insert(each.reference).second);
            notesInPsa[each.ticket].push_back(each.text);
        }
        for (const auto &[operation, text] : notes_)
        {
            const auto stored = world_.operation(operation);
            CAPTURE(operation, text, toText(stored.state), stored.reason.text);
            REQUIRE(stored.state == TicketState::done);
            REQUIRE(timesIn(notesInPsa[psaIdOf(stored.ticketId)], text) == 1);
        }
        for (const auto operation : changes_)
        {
            auto stored = world_.operation(operation);
            if (stored.state == TicketState::ready && stored.mergedInto != 0)
                stored = world_.operation(stored.mergedInto); // a human decides about both
            CAPTURE(operation, toText(stored.state), stored.reason.text);
            const bool settled =
                stored.state == TicketState::done ||
                ((stored.state == TicketState::needsReview || stored.state == TicketState::cancelled) &&
                 stored.reason.code == "touched");
            REQUIRE(settled);
        }
        checkOrder(notesInPsa);
    }

    std::size_t operations() const { return notes_.size() + changes_.size(); }

private:
    unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>(0, limit - 1)(random_); }
    bool oneIn(unsigned n) { return below(n) == 0; }

    FakeUpdates::Fate anyFate()
    {
        FakeUpdates::Fate fate;
        if (oneIn(4))
            fate.hiddenFor = std::chrono::seconds(below(30)); // the quiet period, not included
        if (oneIn(6))
            fate.answers = false;
        fate.commits = fate.answers || oneIn(2);
        if (oneIn(20))
            fate.leaves = false;
        return fate;
    }

    void step()
    {
        const auto ticket = tickets_[below(ticketCount)];
        const std::string mark = "mark" + std::to_string(notes_.size()) + "x";
        switch (below(8))
        {
        case 0:
            return human(ticket);
        case 1:
        case 2:
            changes_.push_back(world_.change(ticket, oneIn(2) ? "Closed" : "Waiting", oneIn(2)));
            return;
        default:
            notes_.emplace_back(world_.note(ticket, mark, oneIn(4) ? "public" : "internal"), mark);
        }
    }

    void human(std::int64_t ticket)
    {
        if (world_.ticket(ticket).state == TicketState::done)
            world_.psa->updates.humanSets(psaIdOf(ticket), oneIn(2) ? "In progress" : "Open");
    }

    std::string psaIdOf(std::int64_t ticket) { return world_.ticket(ticket).outcome.psaId; }

    static int timesIn(const std::vector<std::string> &notes, const std::string &text)
    {
        int times = 0;
        for (const std::string &each : notes)
            for (std::size_t at = each.find(text); at != std::string::npos; at = each.find(text, at + 1))
                ++times;
        return times;
    }

    /// The marks of each ticket's notes are in the order in which they were submitted.
    void checkOrder(const std::map<std::string, std::vector<std::string>> &notesInPsa)
    {
        for (const auto &[ticket, texts] : notesInPsa)
        {
            std::string all;
            for (const std::string &each : texts)
                all += each;
            std::size_t last = 0;
            for (const auto &[operation, text] : notes_)
            {
                if (psaIdOf(world_.operation(operation).ticketId) != ticket)
                    continue;
                CAPTURE(ticket, text, all);
                REQUIRE(all.find(text) >= last);
                last = all.find(text);
            }
        }
    }

    std::mt19937 random_;
    DeliveryWorld world_;
    std::vector<std::int64_t> tickets_;
    std::vector<std::pair<std::int64_t, std::string>> notes_; ///< And their unique texts, in order.
    std::vector<std::int64_t> changes_;
};

} // namespace

TEST_CASE("under random faults and crashes each note is in the PSA once, and no change overrides a human",
          "[operations]")
{
    const int runs = setting("PSA_OPERATION_RUNS", 15);
    const auto first = static_cast<unsigned>(setting("PSA_OPERATION_SEED", 1));
    for (unsigned seed = first; seed < first + static_cast<unsigned>(runs); ++seed)
    {
        CAPTURE(seed);
        Chaos chaos(seed);
        chaos.play(60);
        chaos.check();
    }
}
