#pragma once

#include "tests/simulation/invariants.h"
#include "tests/simulation/plan.h"
#include "tests/simulation/sim_host.h"

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace psa::simulation {

/// What a run has come to.
struct Outcome
{
    std::string broken; ///< See Invariants::broken().
    std::uint64_t trace = 0;
    std::size_t tickets = 0; ///< In the PSA.
    SimTime lasted{0};
    std::string log; ///< What happened, a line each, if it was asked for.
};

/// Carries out a plan, and what follows from it. `logs`: writes the log.
Outcome carryOut(const Plan &plan, bool logs = false);

/// The hosts, their PSA, and everybody who uses them.
class World
{
public:
    World(const Plan &plan, bool logs);
    ~World();
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    Outcome run();

private:
    /// Stops a host once it has come to a point some more times.
    struct Trap
    {
        Act act;
        int left = 0;
    };
    struct Trouble
    {
        SimTime until{0};
        int perMille = 0;
    };
    using Request = std::function<void(SimHost &)>;

    // Hosts.
    void boot(int host);
    void crash(int host, SimTime downFor);
    void pause(int host, SimTime time, bool isSuspended);
    void reached(int host, const std::string &point);
    bool isTrapped(int host, const std::string &point, Act &act);
    void spring(const Act &trap);
    WriteFate fateOf(int host);
    void endFaults();

    // Those who use them, each in a fiber.
    void begin(const Act &act);
    bool ask(int host, const Request &request);
    /// Asks one host after the other until `done`.
    bool persist(int host, const std::function<bool()> &done, const Request &request);
    void client(const Act &act, const std::function<void()> &body);
    void submit(const Act &act);
    void update(const Act &act);
    void report(const Act &act);
    void waitForProblem(const Truth::Told &recovery);
    void deliver(const Act &act, const std::vector<Truth::Told> &events);
    void operate(const Act &act);
    void operateOn(SimHost &host, const Act &act);
    Truth::Told eventOf(const Act &act, int outage) const;
    void say(const std::string &line);

    const Plan &plan_;
    const bool logs_;
    std::string log_;
    Scheduler time_;
    Random random_;
    const std::shared_ptr<HostClock> date_;
    SimDatabase database_;
    PsaModel psa_;
    Truth truth_;
    Invariants invariants_;
    std::shared_ptr<const plugin::LoadedPlugin> plugin_;
    std::vector<std::unique_ptr<SimHost>> hosts_; ///< nullptr: it is down.
    std::vector<Trap> traps_;
    std::map<int, SimTime> pausedUntil_;
    std::map<int, Trouble> storeTrouble_;
    std::map<std::string, int> turns_; ///< Of sources whose deliveries come one after the other, by their keys.
    int busyClients_ = 0;
    bool isCalm_ = false;
};

} // namespace psa::simulation
