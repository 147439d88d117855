#pragma once

#include "host/events/decisions.h"
#include "host/fleet/fleet.h"
#include "host/store/store.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace psa::events {

/// What happens to episodes and sources without an event: hold-down and windows end, episodes become stale, sources fall
/// silent. Has no thread of its own: run() is called by a driver. Not thread-safe.
class EventSteps
{
public:
    struct Parts
    {
        store::Store &store;
        const Decisions &decisions;
        std::shared_ptr<const clock::Clock> clock;
        /// All sources that exist.
        std::function<std::vector<std::shared_ptr<const SourceSettings>>()> sources;
        /// Called with what was decided, once it is durable.
        std::function<void(const Decided &)> announce;
        /// See Intake::Parts: only what this host has is worked.
        std::function<std::optional<fleet::Holding>(const store::LeaseName &)> holding = nullptr;
    };

    explicit EventSteps(Parts parts) : parts_(std::move(parts)), started_(now()) {}

    /// Does what is due, a limited amount at a time. Returns whether there is more to do at once. Throws StoreError; call
    /// it again later.
    bool run();

private:
    static constexpr std::size_t mostAtOnce = 50;
    static constexpr std::chrono::minutes checkSourcesEvery{1};

    Instant now() const { return instantFrom(parts_.clock->wallNow()); }
    using SourceList = std::vector<std::shared_ptr<const SourceSettings>>;
    /// Whether this host works an episode of the source, which is nullptr if it does not exist.
    bool isOurs(const store::StoreReader &reader, std::int64_t id, const SourceSettings *source) const;
    /// Those that this host works, at most mostAtOnce.
    std::vector<store::StoredEpisode> dueOfOurs(const store::StoreReader &reader, const SourceList &sources) const;
    void requireLeases(store::StoreWriter &writer, const std::vector<store::StoredEpisode> &episodes,
                       const SourceList &sources) const;
    Decided runDue(store::StoreWriter &writer, const store::StoredEpisode &episode,
                   const std::vector<std::shared_ptr<const SourceSettings>> &sources) const;
    bool talks(const store::StoreReader &reader, const SourceSettings &source) const;
    Decided checkSources(store::StoreWriter &writer,
                         const std::vector<std::shared_ptr<const SourceSettings>> &sources) const;

    Parts parts_;
    const Instant started_; ///< Silence before this time may be ours.
    std::optional<Instant> checkedSources_;
};

} // namespace psa::events
