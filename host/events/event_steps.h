#pragma once

#include "host/events/decisions.h"
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
    };

    explicit EventSteps(Parts parts) : parts_(std::move(parts)), started_(now()) {}

    /// Does what is due, a limited amount at a time. Returns whether there is more to do at once. Throws StoreError; call
    /// it again later.
    bool run();

private:
    static constexpr std::size_t mostAtOnce = 50;
    static constexpr std::chrono::minutes checkSourcesEvery{1};

    Instant now() const { return instantFrom(parts_.clock->wallNow()); }
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
