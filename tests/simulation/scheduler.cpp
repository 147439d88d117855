#include "tests/simulation/scheduler.h"

#include "host/clock/running_clock.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <pthread.h>
#include <ucontext.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <tuple>

namespace psa::simulation {
namespace {

constexpr std::size_t stackBytes = std::size_t{512} * 1024;
/// How long a fiber waits for a condition variable before it looks again.
constexpr SimTime conditionPoll = std::chrono::milliseconds(50);

Scheduler *theScheduler = nullptr;

/// Stacks are used again: a simulation has some hundred fibers, and a run some thousand simulations.
std::vector<std::unique_ptr<char[]>> &spareStacks()
{
    static std::vector<std::unique_ptr<char[]>> stacks;
    return stacks;
}

/// The exceptions that are being handled, which the runtime keeps for each thread: each fiber has its own.
struct Handling
{
    void *caught = nullptr;
    unsigned int uncaught = 0;

    static Handling take()
    {
        Handling now;
        const void *const globals = abi::__cxa_get_globals();
        std::memcpy(static_cast<void *>(&now), globals, sizeof now);
        return now;
    }
    void put() const
    {
        void *const globals = abi::__cxa_get_globals();
        std::memcpy(globals, static_cast<const void *>(this), sizeof *this);
    }
};

std::chrono::steady_clock::time_point simulatedTime()
{
    return std::chrono::steady_clock::time_point(std::chrono::hours(1) + theScheduler->now());
}

} // namespace

struct Fiber
{
    int group = Scheduler::noGroup;
    std::string name;
    std::function<void()> body;
    std::unique_ptr<char[]> stack;
    ucontext_t here{};
    ucontext_t caller{};
    Handling handling;
    std::uint64_t turn = 0; ///< Resumptions that were planned before are void.
    bool stopped = false;
    bool ended = false;

    /// From the scheduler to the fiber.
    void enter()
    {
        const Handling outside = Handling::take();
        handling.put();
        swapcontext(&caller, &here);
        handling = Handling::take();
        outside.put();
    }

    /// From the fiber to the scheduler.
    void leave() { swapcontext(&here, &caller); }
};

Scheduler *Scheduler::active()
{
    return theScheduler;
}

Scheduler::Scheduler(std::uint64_t seed) : random_(seed)
{
    if (theScheduler != nullptr)
        throw std::logic_error("there is another scheduler");
    theScheduler = this;
    clock::RunningClock::readFrom(&simulatedTime);
}

Scheduler::~Scheduler()
{
    stopAll();
    clock::RunningClock::readFrom(nullptr);
    theScheduler = nullptr;
}

void Scheduler::at(SimTime time, std::function<void()> event)
{
    queue_.push_back({std::max(time, now_), random_.next(), ++events_, std::move(event)});
    std::push_heap(queue_.begin(), queue_.end());
}

void Scheduler::schedule(const std::shared_ptr<Fiber> &fiber, SimTime time)
{
    const std::uint64_t turn = ++fiber->turn;
    at(time, [this, fiber, turn] {
        if (fiber->ended || fiber->turn != turn)
            return;
        const auto paused = paused_.find(fiber->group);
        if (paused != paused_.end() && paused->second > now_ && !fiber->stopped)
            return schedule(fiber, paused->second + SimTime(random_.below(2000)));
        resume(fiber);
    });
}

void Scheduler::start(int group, const std::string &name, std::function<void()> body)
{
    auto fiber = std::make_shared<Fiber>();
    fiber->group = group;
    fiber->name = name;
    fiber->body = std::move(body);
    if (spareStacks().empty())
        fiber->stack = std::unique_ptr<char[]>(new char[stackBytes]);
    else
    {
        fiber->stack = std::move(spareStacks().back());
        spareStacks().pop_back();
    }
    getcontext(&fiber->here);
    fiber->here.uc_stack.ss_sp = fiber->stack.get();
    fiber->here.uc_stack.ss_size = stackBytes;
    fiber->here.uc_link = nullptr;
    makecontext(&fiber->here, &Scheduler::enter, 0);
    fibers_.push_back(fiber);
    schedule(fiber, now_ + SimTime(random_.below(1000)));
}

void Scheduler::enter()
{
    Fiber &fiber = *theScheduler->current_;
    theScheduler->runBody(fiber);
    fiber.ended = true;
    fiber.leave();
}

void Scheduler::runBody(Fiber &fiber)
try
{
    if (!fiber.stopped)
        fiber.body();
}
catch (const HostStopped &) // NOLINT(bugprone-empty-catch): it ends here
{
}
catch (const std::exception &error)
{
    failure_ = fiber.name + " ended with an exception: " + error.what();
}
catch (...)
{
    failure_ = fiber.name + " ended with an exception";
}

void Scheduler::resume(const std::shared_ptr<Fiber> &fiber)
{
    note(fiber->name);
    current_ = fiber;
    fiber->enter();
    current_.reset();
    if (!fiber->ended)
        return;
    fiber->body = nullptr;
    spareStacks().push_back(std::move(fiber->stack));
    std::erase(fibers_, fiber);
}

/// Returns when the fiber is resumed.
void Scheduler::giveWay()
{
    const std::shared_ptr<Fiber> self = current_;
    self->leave();
    if (self->stopped && std::uncaught_exceptions() == 0)
        throw HostStopped();
}

void Scheduler::sleep(SimTime time)
{
    if (current_->stopped)
    {
        if (std::uncaught_exceptions() == 0)
            throw HostStopped();
        return;
    }
    schedule(current_, now_ + time);
    giveWay();
}

void Scheduler::delay(SimTime most)
{
    if (current_)
        sleep(SimTime(random_.below(static_cast<std::uint64_t>(most.count()) + 1)));
}

void Scheduler::ring(Bell &bell)
{
    ++bell.rings_;
    for (const auto &each : bell.waiting_)
        if (const auto fiber = each.lock(); fiber && !fiber->ended)
            schedule(fiber, now_ + SimTime(random_.below(500)));
    bell.waiting_.clear();
}

void Scheduler::wait(Bell &bell, std::uint64_t seen, SimTime until)
{
    if (bell.rings_ > seen || until <= now_)
        return sleep(std::chrono::milliseconds(1)); // it gives way in any case
    std::erase_if(bell.waiting_, [](const auto &each) { return each.expired(); });
    bell.waiting_.push_back(current_);
    sleep(until - now_);
    std::erase_if(bell.waiting_, [&](const auto &each) { return each.lock() == current_; });
}

void Scheduler::pause(int group, SimTime until)
{
    SimTime &paused = paused_[group];
    paused = std::max(paused, until);
}

void Scheduler::stop(int group, std::function<void()> ended)
{
    for (const auto &fiber : fibers_)
        if (fiber->group == group)
            fiber->stopped = true;
    stopping_[group] = {false, std::move(ended)};
    paused_.erase(group);
    if (current_ && current_->stopped)
        throw HostStopped();
}

void Scheduler::finishStops()
{
    while (!stopping_.empty())
    {
        const int group = stopping_.begin()->first;
        for (;;)
        {
            const auto next = std::find_if(fibers_.begin(), fibers_.end(),
                                           [&](const auto &each) { return each->group == group && each->stopped; });
            if (next == fibers_.end())
                break;
            const auto fiber = *next;
            ++fiber->turn;
            resume(fiber);
        }
        const auto ended = std::move(stopping_.begin()->second.ended);
        stopping_.erase(stopping_.begin());
        if (ended)
            ended();
    }
}

/// In steps, since RunningClock takes a gap for a time in which the process was frozen.
void Scheduler::advance(SimTime time)
{
    constexpr SimTime step = clock::RunningClock::maxGap;
    while (now_ < time)
    {
        now_ = std::min(time, now_ + step);
        clock::RunningClock::now();
    }
}

void Scheduler::run(SimTime until, const std::function<bool()> &done)
{
    while (!queue_.empty() && queue_.front().time <= until)
    {
        std::pop_heap(queue_.begin(), queue_.end());
        const Event event = std::move(queue_.back());
        queue_.pop_back();
        advance(event.time);
        event.run();
        finishStops();
        if (!failure_.empty() || done())
            return;
    }
    advance(until);
}

void Scheduler::stopAll()
{
    std::vector<int> groups;
    for (const auto &fiber : fibers_)
    {
        fiber->stopped = true;
        groups.push_back(fiber->group);
    }
    for (const int group : groups)
        stopping_.try_emplace(group);
    finishStops();
    queue_.clear();
}

void Scheduler::note(const std::string &what)
{
    const auto add = [this](unsigned char byte) { trace_ = (trace_ ^ byte) * 0x100000001b3ULL; };
    for (const char c : what)
        add(static_cast<unsigned char>(c));
    for (unsigned shift = 0; shift < 48; shift += 8)
        add(static_cast<unsigned char>(static_cast<std::uint64_t>(now_.count()) >> shift));
}

namespace {

/// True if a fiber waits: then its time passes, and the mutex is free meanwhile.
bool waitsInFiber(pthread_mutex_t *mutex)
{
    Scheduler *const scheduler = Scheduler::active();
    if (scheduler == nullptr || !scheduler->inFiber())
        return false;
    struct Unlocked
    {
        pthread_mutex_t *mutex;
        explicit Unlocked(pthread_mutex_t *held) : mutex(held) { pthread_mutex_unlock(mutex); }
        Unlocked(const Unlocked &) = delete;
        Unlocked &operator=(const Unlocked &) = delete;
        ~Unlocked() { pthread_mutex_lock(mutex); }
    };
    const Unlocked unlocked(mutex);
    scheduler->sleep(conditionPoll);
    return true;
}

template <class Function>
Function *next(const char *name)
{
    return reinterpret_cast<Function *>(dlsym(RTLD_NEXT, name));
}

} // namespace
} // namespace psa::simulation

// Code of the host that waits for another thread must not block the only one: these take the place of the C library's. A
// fiber returns from them after a while, as from a spurious wakeup.

extern "C" int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    static auto *const real = psa::simulation::next<int(pthread_cond_t *, pthread_mutex_t *)>("pthread_cond_wait");
    return psa::simulation::waitsInFiber(mutex) ? 0 : real(condition, mutex);
}

extern "C" int pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock,
                                      const timespec *until)
{
    static auto *const real =
        psa::simulation::next<int(pthread_cond_t *, pthread_mutex_t *, clockid_t, const timespec *)>(
            "pthread_cond_clockwait");
    return psa::simulation::waitsInFiber(mutex) ? 0 : real(condition, mutex, clock, until);
}
