#pragma once

#include "host/events/arrival.h"
#include "host/events/read_delivery.h"
#include "host/events/source_quota.h"
#include "host/events/sources.h"
#include "host/fleet/fleet.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::events {

/// The reader of a source rejects a delivery, for its sender to see: what().
class DeliveryRefused : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// A delivery cannot be taken now; its sender may try again. what(): why, and what to do.
class DeliveryNotTaken : public std::runtime_error
{
public:
    enum class Why
    {
        quota,      ///< The source is over its quota.
        broken,     ///< The source cannot work.
        disabled,   ///< The source is turned off: trying again is of no use until it is turned on.
        notKeepable ///< It cannot be read now, and without a master key it cannot be kept either.
    };

    DeliveryNotTaken(Why reason, const std::string &what, std::chrono::seconds pause)
        : std::runtime_error(what), why(reason), retryAfter(pause)
    {
    }

    Why why;
    std::chrono::seconds retryAfter;
};

/// A delivery cannot be read again: what() says why.
class CannotReadAgain : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// What became of a delivery; durable.
struct Received
{
    enum class Kind
    {
        done,          ///< Its events were decided on.
        duplicate,     ///< It came before.
        notUnderstood, ///< Its reader could not make sense of it. It waits until the reader was changed.
        kept           ///< It was not read yet.
    };
    Kind kind = Kind::done;
    std::int64_t delivery = 0; ///< Of a duplicate: the first one.
    std::vector<store::StoredEvent> events = {};
    std::string reason = {}; ///< Why it, or the first one, waits; "" = it does not.
    bool soon = false;       ///< It is read again soon, without being asked for: all readers were busy.
};

const char *toText(Received::Kind kind);

/// Takes deliveries of sources: reads them, has their events decided on, and stores everything before they are answered.
/// The caller has authenticated the sender. Where several hosts share the store, the one with the lease on the source
/// decides: the others read a delivery, so that its sender is told if it is refused, and keep it for that host. Thread-safe,
/// except for step().
class Intake
{
public:
    struct Parts
    {
        store::Store &store;
        Sources &sources;
        /// Reads a delivery, see readDelivery().
        std::function<ReaderResult(const SourceSettings &, const RawDelivery &)> read;
        Decide decide;
        /// What would be decided on an event, as a document; stores nothing.
        std::function<Poco::JSON::Object::Ptr(const SourceSettings &, const Event &, Instant now)> preview;
        std::shared_ptr<const clock::Clock> clock;
        secrets::RandomSource random;
        std::function<void(const Decided &)> announce; ///< Called with what was decided, once it is durable.
        std::function<void()> wakeSteps;               ///< step() has something to do.
        /// The lease of this host, nullopt if it does not have it; null = no other host uses the store.
        std::function<std::optional<fleet::Holding>(const store::LeaseName &)> holding = nullptr;
    };

    explicit Intake(Parts parts) : parts_(std::move(parts)), quota_(parts_.clock) {}

    /// Two equal bodies within this time are one delivery.
    static constexpr std::chrono::minutes repeatedWithin{5};
    /// The same for two with the same id of their sender.
    static constexpr std::chrono::hours idWithin{7 * 24};

    /// Throws DeliveryRefused, DeliveryNotTaken and StoreError; then the delivery was not taken.
    Received receive(const Sources::Live &source, const RawDelivery &delivery);

    /// Reads a stored delivery once more that was not understood or not read. Throws CannotReadAgain, SealError,
    /// StoreError.
    Received readAgain(std::int64_t delivery);
    /// Reads again one of the deliveries whose source was resumed or changed. Returns when to call it again; nullopt =
    /// after wakeSteps(). Throws StoreError. Not thread-safe.
    std::optional<std::chrono::milliseconds> step();

    /// What would become of a delivery.
    struct Trial
    {
        ReaderResult result;
        std::vector<Poco::JSON::Object::Ptr> decisions; ///< One for each event.
    };
    /// Stores nothing, and needs no source that is stored.
    Trial tryOut(const SourceSettings &source, const RawDelivery &delivery) const;

    /// The stored request of a delivery with its body, without secrets. Throws CannotReadAgain, SealError.
    RawDelivery request(const store::StoredDelivery &delivery) const;

private:
    /// Deliveries of one source that are to be read again.
    struct Round
    {
        std::int64_t number = 0;       ///< SourceState::rounds.
        std::int64_t upTo = 0;         ///< SourceState::again.
        std::deque<std::int64_t> left; ///< Oldest first.
        std::set<std::int64_t> tried;  ///< Those that were read, or could not be.
    };

    Received take(const Sources::Live &source, store::StoredDelivery row, const RawDelivery &delivery);
    Received decided(const Sources::Live &source, store::StoredDelivery row, const RawDelivery &delivery,
                     const std::vector<Event> &events);
    bool isOurs(std::int64_t source) const;
    void requireLease(store::StoreWriter &writer, std::int64_t source) const;
    bool mustWait(const store::StoreReader &reader, const Sources::Live &source, const store::StoredDelivery &row,
                  const std::vector<Event> &events, bool repeats) const;
    static Received keptForHost(store::StoreWriter &writer, store::StoredDelivery row);
    void noteDoubt(std::int64_t source);
    void followDoubts();
    void workKept(std::int64_t source);
    Received handOver(const Sources::Live &source, store::StoredDelivery row, const RawDelivery &delivery,
                      const std::vector<Event> &events, bool byId);
    Received handOverAgain(const store::StoredDelivery &row);
    Received wait(const Sources::Live &source, store::StoredDelivery row, store::DeliveryState state);
    Received killed(const Sources::Live &source, store::StoredDelivery row);
    Received again(const Sources::Live &source, const store::StoredDelivery &row);
    store::StoredDelivery rowOf(const Sources::Live &source, const RawDelivery &delivery) const;
    static void checkKeepable(const Sources::Live &source, const store::StoredDelivery &row);
    void tell(const notify::Notice &notice) const;
    Round roundOf(const LiveSource &source, Round before) const;
    bool stepOf(Round &round);
    bool endRound(std::int64_t source, const Round &round);

    Parts parts_;
    SourceQuota quota_;
    std::map<std::int64_t, Round> rounds_; ///< By source; used by step().
    std::mutex doubtsMutex_;
    std::set<std::int64_t> doubts_; ///< Sources with a delivery whose commit has an unknown outcome; by doubtsMutex_.
};

} // namespace psa::events
