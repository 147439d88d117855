#pragma once

#include "host/clock/clock.h"
#include "tests/simulation/random.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace psa::simulation {

/// Time since the beginning of the simulation.
using SimTime = std::chrono::microseconds;

/// Ends a fiber whose host has stopped. Not a std::exception: only the scheduler catches it.
struct HostStopped
{
};

struct Fiber;

/// Runs everything that happens at the same time in a simulation, on one thread: fibers, which give way when they wait,
/// and single events. What happens next depends on the seed alone. Only one exists at a time: while it does, a condition
/// variable that a fiber waits for, and psa::clock::RunningClock, use its time.
class Scheduler
{
public:
    explicit Scheduler(std::uint64_t seed);
    ~Scheduler();
    Scheduler(const Scheduler &) = delete;
    Scheduler &operator=(const Scheduler &) = delete;

    SimTime now() const { return now_; }

    /// Runs `event` at this time, outside of any fiber.
    void at(SimTime time, std::function<void()> event);

    /// Begins a fiber. `group`: the host that it belongs to; those of noGroup are never paused or stopped.
    void start(int group, const std::string &name, std::function<void()> body);
    static constexpr int noGroup = -1;
    bool inFiber() const { return current_ != nullptr; }

    /// Waits. In a fiber; throws HostStopped.
    void sleep(SimTime time);
    /// Waits up to `most`, at random: for the network or a disk. Does nothing outside of a fiber.
    void delay(SimTime most);

    /// What fibers wait for besides time.
    class Bell
    {
    public:
        std::uint64_t rings() const { return rings_; }

    private:
        friend class Scheduler;
        std::uint64_t rings_ = 0;
        std::vector<std::weak_ptr<Fiber>> waiting_;
    };
    void ring(Bell &bell);
    /// Waits until the bell was rung more often than `seen`, or `until`. In a fiber; throws HostStopped.
    void wait(Bell &bell, std::uint64_t seen, SimTime until);

    /// Nothing of the group runs before `until`.
    void pause(int group, SimTime until);
    /// Ends all fibers of the group with HostStopped, and then calls `ended`. Throws HostStopped if called in one of them.
    void stop(int group, std::function<void()> ended);

    /// Runs until nothing is left to do, `until`, or `done` returns true after an event.
    void run(SimTime until, const std::function<bool()> &done);
    /// Ends all fibers.
    void stopAll();

    /// A number that is equal if the same happened.
    std::uint64_t trace() const { return trace_; }
    void note(const std::string &what);

    /// Why a fiber ended with an exception other than HostStopped; "" = none has.
    const std::string &failure() const { return failure_; }

    /// The one that exists; nullptr = none.
    static Scheduler *active();

private:
    struct Event
    {
        SimTime time;
        std::uint64_t tie;
        std::uint64_t number;
        std::function<void()> run;
        bool operator<(const Event &other) const
        {
            return std::tie(time, tie, number) > std::tie(other.time, other.tie, other.number);
        }
    };
    struct Ending
    {
        bool begun = false;
        std::function<void()> ended;
    };

    void schedule(const std::shared_ptr<Fiber> &fiber, SimTime time);
    void resume(const std::shared_ptr<Fiber> &fiber);
    void giveWay();
    void advance(SimTime time);
    void finishStops();
    void runBody(Fiber &fiber);
    static void enter();

    Random random_;
    SimTime now_{0};
    std::uint64_t events_ = 0;
    std::uint64_t trace_ = 0xcbf29ce484222325ULL;
    std::string failure_;
    std::vector<Event> queue_; ///< A heap, the next one on top.
    std::vector<std::shared_ptr<Fiber>> fibers_;
    std::map<int, SimTime> paused_;
    std::map<int, Ending> stopping_;
    std::shared_ptr<Fiber> current_;
};

} // namespace psa::simulation
