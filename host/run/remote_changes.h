#pragma once

#include "host/store/store.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>

namespace psa::run {

/// Keeps what this host has read of a shared store in step with what other hosts change in it. Thread-safe, except for
/// step().
class RemoteChanges
{
public:
    /// Each reads its part of the store again; may throw StoreError.
    struct Parts
    {
        std::function<void()> connections;
        std::function<void()> definitions; ///< Sources, rules, windows and customers.
        std::function<void()> settings;    ///< Tokens, sessions and where notices go.
    };

    explicit RemoteChanges(Parts parts) : parts_(std::move(parts)) {}

    /// Notes what has to be read again; as quick as a ChangeListener must be.
    void note(const store::StoreChange &change);
    /// Reads it again: a StepDriver::Step. Throws StoreError; then the next call does it.
    std::optional<std::chrono::milliseconds> step();

private:
    static void follow(std::atomic<bool> &isStale, const std::function<void()> &read);

    Parts parts_;
    std::atomic<bool> connections_ = false;
    std::atomic<bool> definitions_ = false;
    std::atomic<bool> settings_ = false;
};

} // namespace psa::run
