#pragma once

#include "host/store/store.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace psa::run {

/// Keeps what this host has read of a shared store in step with what other hosts change in it. Thread-safe.
class RemoteChanges
{
public:
    /// Each of the first three reads its part of the store again; may throw StoreError.
    struct Parts
    {
        std::function<void()> connections;
        std::function<void()> definitions;                   ///< Sources, rules, windows and customers.
        std::function<void()> settings;                      ///< Tokens, sessions and where notices go.
        std::function<void(store::Store::CaughtUp)> catchUp; ///< Store::catchUp().
    };

    explicit RemoteChanges(Parts parts);
    /// Nobody calls it any more. What still waits is told false.
    ~RemoteChanges();
    RemoteChanges(const RemoteChanges &) = delete;
    RemoteChanges &operator=(const RemoteChanges &) = delete;

    /// Notes what has to be read again; as quick as a ChangeListener must be.
    void note(const store::StoreChange &change);

    // Each is a StepDriver::Step, and reads again what was noted. They throw what reading throws; then the next call does it.

    /// Settings, which another host may have changed to lock somebody out: they wait for nothing else.
    std::optional<std::chrono::milliseconds> followSettings();
    /// Definitions, and connections, for which plugins may have to start.
    std::optional<std::chrono::milliseconds> followWork();

    /// Calls `done` once this host has read everything that other hosts had stored before this call, or with false if that
    /// fails. `done` is called on any thread, and must be quick.
    void catchUp(store::Store::CaughtUp done);

private:
    enum Part : std::size_t
    {
        connections,
        definitions,
        settings,
        partCount
    };
    /// How often each part was changed.
    using Counts = std::array<std::uint64_t, partCount>;
    struct Waiting
    {
        Counts until;
        store::Store::CaughtUp done;
    };
    /// What the store may still refer to when this is gone.
    struct Progress
    {
        std::mutex mutex; ///< Guards the members below.
        Counts noted{};
        Counts read{};
        std::vector<Waiting> waiting;

        bool hasRead(const Counts &counts) const;
        std::vector<store::Store::CaughtUp> takeDone();
    };

    void follow(Part part, const std::function<void()> &read);
    static void fail(Progress &progress);

    const Parts parts_;
    const std::shared_ptr<Progress> progress_ = std::make_shared<Progress>();
};

} // namespace psa::run
