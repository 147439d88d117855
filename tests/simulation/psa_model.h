#pragma once

#include "host/net/http_types.h"
#include "tests/simulation/scheduler.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace psa::simulation {

struct PsaNote
{
    std::string id;
    std::string reference;
    std::string text;
    SimTime at{0};
    SimTime visible{0}; ///< When a search finds it.
    bool removed = false;
};

/// A ticket as the PSA really has it.
struct PsaTicket
{
    std::string id;
    std::string connection;
    std::string reference;
    std::string title;
    std::string company;
    std::string status = "New";
    std::string priority;
    SimTime at{0};
    SimTime visible{0};
    std::vector<PsaNote> notes;
    std::vector<SimTime> humanActs;  ///< What humans did to it; a watermark is a number of them.
    bool statusByHuman = false;      ///< A human has set the current status.
    bool deleted = false;            ///< By a human, as everything that follows.
    std::optional<std::string> into; ///< The ticket that it was merged into.
    bool discarded() const { return deleted || into; }
};

/// How a PSA treats requests at the moment: how many of 1000 meet each fate.
struct PsaWeather
{
    int unreachable = 4; ///< The request does not leave.
    int lostBefore = 4;  ///< It leaves, nothing is done, and there is no answer.
    int lostAfter = 6;   ///< The same, but it is done.
    int failed = 4;      ///< 500, and nothing is done.
    int failedAfter = 3; ///< 500, but it is done.
    int rejected = 1;    ///< 400.
    int limited = 2;     ///< 429.
    int forbidden = 0;   ///< 403.
    int slow = 8;        ///< Connecting takes up to 25 s.
    int slowAnswer = 8;  ///< So does its answer.
    int pluginDies = 2;  ///< The plugin's process ends when it has the answer.

    static PsaWeather calm() { return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}; }
};

/// The PSA of all connections, which knows what was really done. A request that has left is carried out, whatever becomes of
/// the host that sent it.
class PsaModel
{
public:
    PsaModel(Scheduler &time, std::uint64_t seed) : time_(time), random_(seed) {}

    /// Until what was done is found, counted from when its request left.
    static constexpr std::chrono::seconds ticketQuiet{30};
    static constexpr std::chrono::seconds noteQuiet{20};

    std::map<std::string, PsaWeather> weather; ///< By connection.
    /// Called for each request right before its first byte leaves: the last moment at which the host decides. `admitted`:
    /// when it was counted against the limits.
    std::function<void(int host, const std::string &connection, const net::HttpRequest &, SimTime admitted)> leaves;

    /// In a fiber of the host; throws HostStopped.
    net::HttpResponse exchange(int host, const std::string &connection, const std::string &target,
                               const net::HttpRequest &request, const net::Stop &stop);
    bool pluginDies(const std::string &connection) { return random_.chance(weather[connection].pluginDies); }

    enum class HumanAct
    {
        note,
        work, ///< Another status.
        close,
        merge,
        remove
    };
    /// To one of the tickets of the connection, if there is any that is not discarded. Returns what was done, for people.
    std::string human(const std::string &connection, HumanAct act, std::uint64_t which);

    const std::deque<PsaTicket> &tickets() const { return tickets_; }
    PsaTicket *find(const std::string &id);

private:
    struct Answer
    {
        unsigned status = 0; ///< 0 = none yet.
        std::string body;
    };
    enum class Fate;
    Fate drawFate(const std::string &connection, bool mutates);
    SimTime within(std::chrono::milliseconds least, std::chrono::milliseconds most);
    std::shared_ptr<Answer> carryOut(const std::string &connection, const std::string &target,
                                     const net::HttpRequest &request, bool isDone);
    void waitForAnswer(SimTime until, const net::Stop &stop);
    Answer answer(const std::string &connection, const std::string &target, const net::HttpRequest &request,
                  SimTime left);
    Answer create(const std::string &connection, const std::string &body, SimTime left);
    Answer addNote(PsaTicket &ticket, const std::string &body, SimTime left);
    Answer change(PsaTicket &ticket, const std::string &body) const;
    Answer search(const std::string &connection, const std::string &reference) const;
    Answer ofTicket(PsaTicket &ticket, const std::string &method, const std::string &rest, const std::string &body,
                    SimTime left);
    SimTime visibleFrom(SimTime left, std::chrono::seconds quiet);

    Scheduler &time_;
    Random random_;
    std::deque<PsaTicket> tickets_;
    int ids_ = 100;
};

} // namespace psa::simulation
