#pragma once

#include "host/delivery/connection_queue.h"
#include "host/events/decisions.h"
#include "host/events/definitions.h"
#include "host/events/event_steps.h"
#include "host/events/intake.h"
#include "host/run/held_work.h"
#include "host/run/remote_changes.h"
#include "host/secrets/key_ring.h"
#include "host/service/ticket_service.h"
#include "host/store/change_feed.h"
#include "tests/simulation/psa_model.h"
#include "tests/simulation/sim_store.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace psa::simulation {

/// The clocks of a machine: they run a little too fast or too slow, and one of them does not run while the machine is
/// suspended. Its dates are those of the database, but for an error.
class HostClock final : public clock::Clock
{
public:
    HostClock(const Scheduler &time, std::int64_t partsPerMillion, std::chrono::milliseconds dateError)
        : time_(time), partsPerMillion_(partsPerMillion), dateError_(dateError)
    {
    }

    Steady now() const override { return booted() - suspended_; }
    Steady booted() const override
    {
        const SimTime passed = time_.now();
        return Steady(std::chrono::hours(20) + passed + passed * partsPerMillion_ / 1'000'000);
    }
    clock::RunningClock::time_point running() const override { return clock::RunningClock::now(); }
    Wall wallNow() const override { return dateOf(time_.now()) + dateError_; }

    /// The machine is suspended from now on, for so long.
    void suspend(SimTime time) { suspended_ += time; }

    static Wall dateOf(SimTime time) { return Wall(std::chrono::seconds(1767225600) + time); }
    static SimTime timeOf(Wall date)
    {
        return std::chrono::floor<SimTime>(date.time_since_epoch()) - std::chrono::seconds(1767225600);
    }

private:
    const Scheduler &time_;
    const std::int64_t partsPerMillion_;
    const std::chrono::milliseconds dateError_;
    SimTime suspended_{0};
};

/// What every host gets from the simulation. All members outlive it.
struct HostParts
{
    Scheduler &time;
    SimDatabase &database;
    PsaModel &psa;
    std::shared_ptr<const plugin::LoadedPlugin> plugin;
    /// Called at the named points of delivery. May throw HostStopped.
    std::function<void(int host, const std::string &point)> point;
    std::function<void(int host, const std::string &line)> log;
};

/// A host of the fleet: the parts that run::Application puts together, without threads, API and plugins in child processes.
class SimHost
{
public:
    /// `seed`: of this start.
    SimHost(const HostParts &parts, int number, std::uint64_t seed);
    ~SimHost();
    SimHost(const SimHost &) = delete;
    SimHost &operator=(const SimHost &) = delete;

    /// Begins its work in fibers.
    void start();
    /// The machine is suspended from now on; its fibers must not run meanwhile.
    void suspend(SimTime time) { clock_->suspend(time); }
    /// Takes no more work, and gives back what it has.
    void drain();

    store::Store &store() { return store_; }
    connection::Connections &connections() { return connections_; }
    events::Definitions &definitions() { return definitions_; }
    events::Sources &sources() { return sources_; }
    service::TicketService &tickets() { return tickets_; }
    events::Intake &intake() { return intake_; }
    const std::string &owner() const { return fleet_.owner(); }

    static constexpr std::chrono::milliseconds callTime{20000};

private:
    struct Queue
    {
        std::shared_ptr<delivery::ConnectionQueue> queue;
        std::shared_ptr<Scheduler::Bell> bell = std::make_shared<Scheduler::Bell>();
        int workers = 0;
    };

    connection::ConnectionRuntime runtimeOf();
    connection::Connections::Parts connectionParts();
    service::TicketServiceParts ticketParts();
    events::Intake::Parts intakeParts();
    events::EventSteps::Parts eventParts();
    fleet::Fleet::Parts fleetParts();
    run::HeldWork::Parts heldWorkParts();
    run::RemoteChanges::Parts remoteParts();
    fleet::Fleet::Work work() const;
    std::function<std::optional<fleet::Holding>(const store::LeaseName &)> holdings();

    void startQueue(const std::string &connection, const fleet::Holding &holding);
    void deliver(const std::shared_ptr<Queue> &queue);
    void step(const char *name, Scheduler::Bell &bell,
              const std::function<std::optional<std::chrono::milliseconds>()> &step);
    void changed(const store::StoreChange &change);
    void announce(const events::Decided &decided);
    void wake(const std::string &connection);
    void wakeSteps();

    const HostParts parts_;
    const int number_;
    Random random_;
    const std::shared_ptr<HostClock> clock_;
    const secrets::RandomSource bytes_;
    const secrets::KeyRing keys_;
    SimStore store_;
    store::ChangeFeed changes_;
    const connection::ConnectionRuntime runtime_;
    std::map<std::string, std::shared_ptr<Queue>> queues_;
    Scheduler::Bell stepsBell_;
    Scheduler::Bell remoteBell_;
    Scheduler::Bell leaseBell_;
    connection::Connections connections_;
    events::Definitions definitions_;
    events::Sources sources_;
    service::TicketService tickets_;
    events::Decisions decisions_;
    fleet::Fleet fleet_;
    events::Intake intake_;
    events::EventSteps eventSteps_;
    run::HeldWork heldWork_;
    run::RemoteChanges remoteChanges_;
};

} // namespace psa::simulation
