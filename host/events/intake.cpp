#include "host/events/intake.h"

#include "host/events/episode.h"
#include "host/json/json_text.h"
#include "host/secrets/crypto.h"
#include "host/secrets/sealed_record.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <array>
#include <utility>

namespace psa::events {
namespace {

using namespace std::chrono_literals;
using Poco::JSON::Array;
using Poco::JSON::Object;
using store::DeliveryState;

/// When to read again what was not read because all readers were busy.
constexpr auto busyPause = 1s;
constexpr auto brokenRetry = 60s;
/// Times of deliveries and episodes are stored in milliseconds.
constexpr auto storedPrecision = 1ms;

/// A digest of parts that cannot be confused with that of others.
std::string digestOfParts(const std::vector<std::string_view> &parts)
{
    std::string all;
    for (const std::string_view part : parts)
        all.append(std::to_string(part.size())).append(":").append(part);
    return secrets::digestOf(all);
}

/// The reason of a delivery that another host has taken in.
constexpr const char *waitsForHost = "It waits for the host that handles this source.";

/// Equal for equal deliveries. The query counts like the body: some senders have nothing else.
std::string digestOfRequest(const RawDelivery &delivery)
{
    std::vector<std::string_view> parts{"request", delivery.method};
    for (const auto &[name, value] : delivery.query)
    {
        parts.emplace_back(name);
        parts.emplace_back(value);
    }
    parts.emplace_back(delivery.body);
    return digestOfParts(parts);
}

/// Of the sender's own ids of the events; "" unless each has one.
std::string digestOfIds(const std::vector<Event> &events)
{
    std::vector<std::string_view> parts{"ids"};
    for (const Event &event : events)
    {
        if (event.deliveryId.empty())
            return {};
        parts.emplace_back(event.deliveryId);
    }
    return events.empty() ? std::string() : digestOfParts(parts);
}

std::string requestDocument(const RawDelivery &delivery)
{
    Object document(Poco::JSON_PRESERVE_KEY_ORDER);
    document.set("method", delivery.method);
    if (!delivery.contentType.empty())
        document.set("contentType", delivery.contentType);
    Array::Ptr query = new Array;
    for (const auto &[name, value] : delivery.query)
        if (!isSecretParameter(name))
        {
            Array::Ptr pair = new Array;
            pair->add(name);
            pair->add(value);
            query->add(pair);
        }
    document.set("query", query);
    Object::Ptr headers = new Object;
    for (const auto &[name, value] : delivery.headers)
        if (!isSecretHeader(name))
            headers->set(name, value);
    document.set("headers", headers);
    return json::toText(document);
}

RawDelivery deliveryFrom(const std::string &document)
{
    std::string damage;
    const Object::Ptr request = json::parseStored(document, damage);
    if (!damage.empty() || !request->has("method"))
        throw CannotReadAgain(
            "The stored request of the delivery cannot be read: " + (damage.empty() ? "it was erased" : damage) + ".");
    RawDelivery delivery;
    delivery.method = request->getValue<std::string>("method");
    delivery.contentType = request->optValue<std::string>("contentType", "");
    if (const Array::Ptr query = request->getArray("query"))
        for (const auto &pair : *query)
            delivery.query.emplace(pair.extract<Array::Ptr>()->get(0).toString(),
                                   pair.extract<Array::Ptr>()->get(1).toString());
    if (const Object::Ptr headers = request->getObject("headers"))
        for (const auto &[name, value] : *headers)
            delivery.headers[name] = value.toString();
    return delivery;
}

std::string headerOf(const std::string &requestJson, const std::string &name)
{
    std::string damage;
    const Object::Ptr request = json::parseStored(requestJson, damage);
    const Object::Ptr headers = request->getObject("headers");
    return headers.isNull() ? std::string() : headers->optValue<std::string>(name, "");
}

/// Whether an equal delivery repeats `first`: something that came and went meanwhile may come back with the same body. A
/// signed request with the same time as the first is a copy of it in any case.
bool repeats(const store::StoreReader &reader, const SourceSettings &source, const store::StoredDelivery &first,
             const RawDelivery &delivery, const std::vector<Event> &events)
{
    if (source.signature && !source.signature->timestampHeader.empty())
    {
        const auto time = delivery.headers.find(source.signature->timestampHeader);
        if (time != delivery.headers.end() && headerOf(first.requestJson, time->first) == time->second)
            return true;
    }
    return std::none_of(events.begin(), events.end(), [&](const Event &event) {
        const auto episode = event.key.empty() ? std::nullopt : reader.latestEpisode(source.id, event.key);
        return episode && episode->seen > first.received + storedPrecision;
    });
}

/// `byId`: its digest is that of its sender's ids.
std::optional<store::StoredDelivery> earlier(const store::StoreReader &reader, const SourceSettings &source,
                                             const store::StoredDelivery &row, bool byId, const RawDelivery &delivery,
                                             const std::vector<Event> &events)
{
    const auto within = byId ? Intake::idWithin : std::chrono::hours(0) + Intake::repeatedWithin;
    auto first = reader.deliveryByDigest(source.id, row.digest, row.received - within, row.id);
    return first && (byId || repeats(reader, source, *first, delivery, events)) ? first : std::nullopt;
}

/// Whether an equal delivery may tell of something new: its source has sent something else since. That is only known once
/// it is read.
bool mayDiffer(const store::StoreReader &reader, const store::StoredDelivery &first)
{
    store::DeliveryQuery newest;
    newest.sourceId = first.sourceId;
    newest.limit = 1;
    const auto page = reader.listDeliveries(newest);
    return !page.deliveries.empty() && page.deliveries.front().id != first.id;
}

/// Whether the events say something only about a problem that began before, and none of that key is open.
bool lacksProblem(const store::StoreReader &reader, std::int64_t source, const std::vector<Event> &events)
{
    return std::any_of(events.begin(), events.end(), [&](const Event &event) {
        if (event.kind != EventKind::recovery && event.kind != EventKind::update)
            return false;
        const auto last = reader.latestEpisode(source, event.key);
        return !last || last->state == store::EpisodeState::ended;
    });
}

/// What a stored delivery becomes by its reader.
store::StoredDelivery afterReading(const store::StoredDelivery &row, const ReaderResult &result)
{
    using Kind = reader::Reading::Kind;
    store::StoredDelivery next = row;
    next.reason = result.text;
    if (result.kind == Kind::failed)
        next.state = DeliveryState::notUnderstood;
    else if (result.kind != Kind::busy && result.kind != Kind::killed)
        next.state = DeliveryState::done;
    if (result.kind == Kind::refused)
        next.reason = "Its reader refused it: " + result.text;
    else if (result.kind == Kind::events)
        next.reason.clear();
    return next;
}

/// An equal delivery that was decided on, which was taken in again before that.
std::optional<store::StoredDelivery> takenInTwice(const store::StoreReader &reader, const SourceSettings &source,
                                                  const store::StoredDelivery &row, const RawDelivery &delivery,
                                                  const ReaderResult &result)
{
    if (row.state != DeliveryState::kept || result.kind != reader::Reading::Kind::events)
        return std::nullopt;
    const auto first = earlier(reader, source, row, !digestOfIds(result.events).empty(), delivery, result.events);
    return first && first->state == DeliveryState::done ? first : std::nullopt;
}

/// Stores that `row` is done, since it repeats another one.
Received repeated(store::StoreWriter &writer, store::StoredDelivery row, std::int64_t first)
{
    row.reason = "It repeats the delivery " + std::to_string(first) + ".";
    writer.saveDelivery(row);
    return {Received::Kind::duplicate, first};
}

notify::Notice noticeOf(const SourceSettings &source, const char *kind, const char *code, const std::string &text)
{
    return {kind, "", {}, "", code, "The source " + source.name + " " + text};
}

notify::Notice parkedNotice(const SourceSettings &source, const std::string &why)
{
    return noticeOf(
        source, "source.parked", "parked",
        "is parked: its reader had to be ended three times (" + why +
            "). Its deliveries are kept. Change its reader, or read them again with: psa-host source resume " +
            source.name);
}

notify::Notice notUnderstoodNotice(const SourceSettings &source, const std::string &why)
{
    return noticeOf(source, "source.not-understood", "not_understood",
                    "sent something that its reader does not understand: " + why +
                        " The delivery is kept; further ones are not reported. Look at it with: psa-host source "
                        "deliveries " +
                        source.name + " --state notUnderstood");
}

/// Whether a delivery of the source waits for this host that is not among `tried`.
bool waits(const store::StoreReader &reader, std::int64_t source, const std::set<std::int64_t> &tried)
{
    store::DeliveryQuery query;
    query.sourceId = source;
    query.state = DeliveryState::kept;
    query.limit = store::maxPageEntries;
    do
    {
        const auto page = reader.listDeliveries(query);
        if (std::any_of(page.deliveries.begin(), page.deliveries.end(), [&](const store::StoredDelivery &each) {
                return each.reason == waitsForHost && !tried.contains(each.id);
            }))
            return true;
        query.cursor = page.next;
    } while (!query.cursor.empty());
    return false;
}

/// `first` may still wait, or have been kept by a commit whose outcome this host never learned: then nobody was told of it.
Received duplicateOf(const store::StoredDelivery &first)
{
    return {Received::Kind::duplicate, first.id, {}, first.state == DeliveryState::kept ? first.reason : ""};
}

Received receivedAs(const store::StoredDelivery &row)
{
    return {row.state == DeliveryState::notUnderstood ? Received::Kind::notUnderstood
            : row.state == DeliveryState::kept        ? Received::Kind::kept
                                                      : Received::Kind::done,
            row.id,
            {},
            row.reason};
}

} // namespace

const char *toText(Received::Kind kind)
{
    static constexpr std::array names = {"done", "duplicate", "notUnderstood", "kept"};
    static_assert(names.size() == static_cast<std::size_t>(Received::Kind::kept) + 1);
    return names.at(static_cast<std::size_t>(kind));
}

Received Intake::receive(const Sources::Live &source, const RawDelivery &delivery)
{
    using Why = DeliveryNotTaken::Why;
    const SourceSettings &settings = source->settings;
    if (!source->trouble.empty())
        throw DeliveryNotTaken(Why::broken,
                               "The source cannot work now. psa-host source show " + settings.name + " says why.",
                               brokenRetry);
    if (!settings.enabled)
        throw DeliveryNotTaken(Why::disabled, "The source is turned off.", brokenRetry);
    if (const auto pause = quota_.take(settings.id, settings.quotaPerMinute); pause.count() > 0)
        throw DeliveryNotTaken(Why::quota,
                               "The source is over its quota of " + std::to_string(settings.quotaPerMinute) +
                                   " deliveries a minute. Try again later, or raise quotaPerMinute of the source.",
                               pause);
    store::StoredDelivery row = rowOf(source, delivery);
    try
    {
        if (!source->state.isParked())
            return take(source, std::move(row), delivery);
        row.reason = "The source is parked: " + source->state.parked;
        return wait(source, std::move(row), DeliveryState::kept);
    }
    catch (const store::StoreError &error)
    {
        if (error.perhapsDone)
            noteDoubt(settings.id);
        throw;
    }
}

/// Reads it, and stores what follows. `row`: not stored yet.
Received Intake::take(const Sources::Live &source, store::StoredDelivery row, const RawDelivery &delivery)
{
    ReaderResult result = parts_.read(source->settings, delivery);
    row.reason = result.text;
    switch (result.kind)
    {
    case reader::Reading::Kind::events:
        row.reason.clear();
        return decided(source, std::move(row), delivery, result.events);
    case reader::Reading::Kind::refused:
        throw DeliveryRefused(result.text);
    case reader::Reading::Kind::failed:
        return wait(source, std::move(row), DeliveryState::notUnderstood);
    case reader::Reading::Kind::killed:
        return killed(source, std::move(row));
    case reader::Reading::Kind::busy:
        break;
    }
    return wait(source, std::move(row), DeliveryState::kept);
}

Received Intake::decided(const Sources::Live &source, store::StoredDelivery row, const RawDelivery &delivery,
                         const std::vector<Event> &events)
{
    const std::string ids = digestOfIds(events);
    if (!ids.empty())
        row.digest = ids;
    if (!isOurs(source->settings.id))
        return handOver(source, std::move(row), delivery, events, !ids.empty());
    Decided outcome;
    try
    {
        const Received received = parts_.store.write([&](store::StoreWriter &writer) -> Received {
            outcome = {};
            requireLease(writer, source->settings.id);
            const auto first = earlier(writer, source->settings, row, !ids.empty(), delivery, events);
            if (mustWait(writer, source, row, events, first.has_value()))
                return keptForHost(writer, row);
            if (first)
                return duplicateOf(*first);
            const std::int64_t id = writer.addDelivery(row);
            outcome = parts_.decide(writer, {id, source->settings, instantFrom(row.received)}, events);
            return {Received::Kind::done, id, outcome.events};
        });
        (received.kind == Received::Kind::duplicate ? source->tally->duplicates : source->tally->done) += 1;
        if (!received.reason.empty())
            workKept(source->settings.id);
        parts_.announce(outcome);
        return received;
    }
    catch (const store::StoreError &error)
    {
        if (error.kind != store::StoreError::Kind::leaseLost)
            throw;
    }
    return handOver(source, std::move(row), delivery, events, !ids.empty());
}

bool Intake::isOurs(std::int64_t source) const
{
    return !parts_.holding || parts_.holding(store::sourceLease(source));
}

void Intake::requireLease(store::StoreWriter &writer, std::int64_t source) const
{
    if (!parts_.holding)
        return;
    const auto holding = parts_.holding(store::sourceLease(source));
    if (!holding)
        throw store::StoreError(store::StoreError::Kind::leaseLost, "another host handles the source now");
    holding->require(writer);
}

/// Where several hosts take in deliveries, one may have to be decided on after those that were acknowledged before it: it
/// ends a problem that may be among them, or `repeats` an earlier one unless something happened in between that is among
/// them.
bool Intake::mustWait(const store::StoreReader &reader, const Sources::Live &source, const store::StoredDelivery &row,
                      const std::vector<Event> &events, bool repeats) const
{
    const std::int64_t id = source->settings.id;
    if (!parts_.holding || !(source->bodyKey || row.bytes == 0))
        return false;
    return ((repeats && digestOfIds(events).empty()) || lacksProblem(reader, id, events)) &&
           reader.countsOf(id).kept > 0;
}

/// Keeps what was understood for the host that decides on it, behind what was kept before.
Received Intake::keptForHost(store::StoreWriter &writer, store::StoredDelivery row)
{
    row.state = DeliveryState::kept;
    row.reason = waitsForHost;
    row.id = writer.addDelivery(row);
    Sources::changeState(writer, row.sourceId,
                         [&](SourceState &noted) { noted.again = std::max(noted.again, row.id); });
    return receivedAs(row);
}

/// A commit of a delivery of this source may turn out to be done.
void Intake::noteDoubt(std::int64_t source)
{
    {
        const std::lock_guard lock(doubtsMutex_);
        doubts_.insert(source);
    }
    parts_.wakeSteps();
}

/// Learns what such commits have left to do. Throws StoreError; then the rest is tried again.
void Intake::followDoubts()
{
    while (true)
    {
        std::int64_t source = 0;
        {
            const std::lock_guard lock(doubtsMutex_);
            if (doubts_.empty())
                return;
            source = *doubts_.begin();
        }
        parts_.sources.follow(source);
        const std::lock_guard lock(doubtsMutex_);
        doubts_.erase(source);
    }
}

void Intake::workKept(std::int64_t source)
{
    parts_.sources.follow(source); // the lease may be this host's before it hears of the change
    parts_.wakeSteps();
}

/// For the host that has the lease. `byId`: its digest is that of its sender's ids.
Received Intake::handOver(const Sources::Live &source, store::StoredDelivery row, const RawDelivery &delivery,
                          const std::vector<Event> &events, bool byId)
{
    const SourceSettings &settings = source->settings;
    row.reason = waitsForHost;
    checkKeepable(source, row);
    const Received received = parts_.store.write([&](store::StoreWriter &writer) -> Received {
        const auto first = earlier(writer, settings, row, byId, delivery, events);
        if (first && !mustWait(writer, source, row, events, true))
            return duplicateOf(*first);
        return keptForHost(writer, row);
    });
    (received.kind == Received::Kind::kept ? source->tally->done : source->tally->duplicates) += 1;
    workKept(settings.id);
    return received;
}

/// The host that handles the source is to read it.
Received Intake::handOverAgain(const store::StoredDelivery &row)
{
    parts_.store.write([&](store::StoreWriter &writer) {
        Sources::changeState(writer, row.sourceId,
                             [&](SourceState &noted) { noted.again = std::max(noted.again, row.id); });
    });
    parts_.sources.follow(row.sourceId);
    return {Received::Kind::kept, row.id, {}, waitsForHost};
}

/// Stores it to be read later.
Received Intake::wait(const Sources::Live &source, store::StoredDelivery row, DeliveryState state)
{
    const SourceSettings &settings = source->settings;
    checkKeepable(source, row);
    row.state = state;
    const bool isBusy = state == DeliveryState::kept && !source->state.isParked();
    bool isFirst = false;
    const Received received = parts_.store.write([&](store::StoreWriter &writer) -> Received {
        isFirst = false;
        if (const auto first = writer.deliveryByDigest(settings.id, row.digest, row.received - repeatedWithin, 0);
            first && !(isBusy && mayDiffer(writer, *first)))
            return duplicateOf(*first);
        row.id = writer.addDelivery(row);
        Sources::changeState(writer, settings.id, [&](SourceState &noted) {
            isFirst = state == DeliveryState::notUnderstood && !noted.toldNotUnderstood;
            noted.toldNotUnderstood = noted.toldNotUnderstood || isFirst;
            if (isBusy)
                noted.again = std::max(noted.again, row.id);
        });
        return receivedAs(row);
    });
    if (received.kind == Received::Kind::duplicate)
        source->tally->duplicates += 1;
    else
        (state == DeliveryState::kept ? source->tally->kept : source->tally->notUnderstood) += 1;
    if (isFirst)
        parts_.sources.follow(settings.id);
    if (isFirst)
        tell(notUnderstoodNotice(settings, row.reason));
    if (isBusy || received.kind == Received::Kind::duplicate)
        workKept(settings.id);
    return received;
}

/// Its reader was ended by force while it read `row`, which is kept, if that is possible. `row`: stored or not.
Received Intake::killed(const Sources::Live &source, store::StoredDelivery row)
{
    const SourceSettings &settings = source->settings;
    source->tally->killed += 1;
    row.state = DeliveryState::kept;
    const bool keepable = row.id != 0 || source->bodyKey || row.bytes == 0;
    bool parks = false;
    const Received received = parts_.store.write([&](store::StoreWriter &writer) -> Received {
        parks = false;
        Sources::changeState(writer, settings.id,
                             [&](SourceState &noted) { parks = noted.noteKill(parts_.clock->wallNow(), row.reason); });
        if (row.id != 0)
            writer.saveDelivery(row);
        else if (keepable)
        {
            store::StoredDelivery added = row;
            added.id = writer.addDelivery(added);
            return receivedAs(added);
        }
        return receivedAs(row);
    });
    parts_.sources.follow(settings.id);
    if (parks)
        tell(parkedNotice(settings, row.reason));
    if (row.id == 0)
        checkKeepable(source, row);
    source->tally->kept += row.id == 0 ? 1 : 0;
    return received;
}

store::StoredDelivery Intake::rowOf(const Sources::Live &source, const RawDelivery &delivery) const
{
    store::StoredDelivery row;
    row.sourceId = source->stored.id;
    row.source = source->stored.name;
    row.received = std::chrono::floor<std::chrono::milliseconds>(parts_.clock->wallNow());
    row.requestJson = requestDocument(delivery);
    row.bytes = static_cast<std::int64_t>(delivery.body.size());
    row.digest = digestOfRequest(delivery);
    if (source->bodyKey && !delivery.body.empty())
        row.sealedBody = sealBody(*source->bodyKey, parts_.random, delivery.body);
    return row;
}

void Intake::checkKeepable(const Sources::Live &source, const store::StoredDelivery &row)
{
    if (!source->bodyKey && row.bytes > 0)
        throw DeliveryNotTaken(DeliveryNotTaken::Why::notKeepable,
                               "The delivery cannot be read now (" + row.reason +
                                   "), and without a master key psa-host cannot keep it. Generate a master key with "
                                   "psa-host keys generate "
                                   "FILE, configure it as described in docs/operations.md, and restart psa-host.",
                               brokenRetry);
}

void Intake::tell(const notify::Notice &notice) const
{
    Decided told;
    told.notices.push_back(notice);
    parts_.announce(told);
}

Intake::Trial Intake::tryOut(const SourceSettings &source, const RawDelivery &delivery) const
{
    const Instant now = instantFrom(parts_.clock->wallNow());
    Trial trial{parts_.read(source, delivery), {}};
    for (const Event &event : trial.result.events)
        trial.decisions.push_back(parts_.preview(source, event, now));
    return trial;
}

RawDelivery Intake::request(const store::StoredDelivery &delivery) const
{
    RawDelivery request = deliveryFrom(delivery.requestJson);
    if (delivery.bytes == 0)
        return request;
    const Sources::Live source = parts_.sources.find(delivery.sourceId);
    if (!source)
        throw CannotReadAgain("The source " + delivery.source +
                              " was removed, and with it the key of its deliveries' bodies.");
    if (delivery.sealedBody.empty())
        throw CannotReadAgain("The body of the delivery was erased, or never kept.");
    if (!source->bodyKey)
        throw CannotReadAgain("The key of the deliveries' bodies is not available" +
                              (source->trouble.empty() ? "." : ": " + source->trouble));
    request.body = openBody(*source->bodyKey, delivery.sealedBody);
    return request;
}

Received Intake::readAgain(std::int64_t delivery)
{
    const auto row = parts_.store.read([&](const store::StoreReader &reader) { return reader.delivery(delivery); });
    if (!row)
        throw store::StoreError(store::StoreError::Kind::notFound,
                                "There is no delivery " + std::to_string(delivery) + ".");
    if (row->state == DeliveryState::done)
        throw CannotReadAgain("The delivery " + std::to_string(delivery) +
                              " was understood; only those that were not can be read again.");
    const Sources::Live source = parts_.sources.find(row->sourceId);
    if (!source)
        throw CannotReadAgain("The source " + row->source + " was removed.");
    if (!source->trouble.empty())
        throw CannotReadAgain("The source " + row->source + " cannot work: " + source->trouble);
    if (!isOurs(row->sourceId))
        return handOverAgain(*row);
    return again(source, *row);
}

/// Reads a stored delivery.
Received Intake::again(const Sources::Live &source, const store::StoredDelivery &row)
{
    const RawDelivery delivery = request(row);
    const ReaderResult result = parts_.read(source->settings, delivery);
    const store::StoredDelivery next = afterReading(row, result);
    if (result.kind == reader::Reading::Kind::killed)
        return killed(source, next);
    Decided outcome;
    const Received received = parts_.store.write([&](store::StoreWriter &writer) -> Received {
        outcome = {};
        requireLease(writer, row.sourceId);
        const auto now = writer.delivery(row.id);
        if (!now || now->state == DeliveryState::done)
            return {Received::Kind::done, row.id}; // somebody else has read it meanwhile
        if (result.kind == reader::Reading::Kind::busy)
            return {Received::Kind::kept, row.id, {}, row.reason, true};
        if (const auto first = takenInTwice(writer, source->settings, row, delivery, result))
            return repeated(writer, next, first->id);
        writer.saveDelivery(next);
        if (result.kind != reader::Reading::Kind::events)
            return receivedAs(next);
        outcome = parts_.decide(writer, {row.id, source->settings, instantFrom(row.received)}, result.events);
        return {Received::Kind::done, row.id, outcome.events};
    });
    parts_.announce(outcome);
    return received;
}

// Deliveries that are read again without being asked for.

/// What is left of `before`, and what was added since; everything if deliveries were tried that are to be tried again.
Intake::Round Intake::roundOf(const LiveSource &source, Round before) const
{
    const SourceState &state = source.state;
    Round round = before.number == state.rounds ? std::move(before) : Round();
    const std::int64_t known = std::exchange(round.upTo, state.again);
    round.number = state.rounds;
    for (const DeliveryState waiting : {DeliveryState::notUnderstood, DeliveryState::kept})
    {
        store::DeliveryQuery query;
        query.sourceId = source.stored.id;
        query.state = waiting;
        query.limit = store::maxPageEntries;
        for (bool more = true; more;)
        {
            const auto page =
                parts_.store.read([&](const store::StoreReader &reader) { return reader.listDeliveries(query); });
            more = !page.next.empty();
            query.cursor = page.next;
            for (const store::StoredDelivery &each : page.deliveries) // newest first
                if (each.id <= known)
                    more = false;
                else if (each.id <= round.upTo && !round.tried.contains(each.id))
                    round.left.push_back(each.id);
        }
    }
    std::sort(round.left.begin(), round.left.end());
    return round;
}

/// False if there is more: another host has handed over a delivery that became visible only after later ones.
bool Intake::endRound(std::int64_t source, const Round &round)
{
    const bool ended = parts_.store.write([&](store::StoreWriter &writer) {
        requireLease(writer, source);
        if (parts_.holding && waits(writer, source, round.tried))
            return false;
        Sources::changeState(writer, source, [&](SourceState &noted) {
            if (noted.rounds == round.number && noted.again <= round.upTo)
                noted.again = 0;
        });
        return true;
    });
    parts_.sources.follow(source);
    return ended;
}

/// Reads one delivery of the round. False if all readers are busy.
bool Intake::stepOf(Round &round)
{
    const std::int64_t id = round.left.front();
    try
    {
        if (readAgain(id).soon)
            return false;
    }
    catch (const CannotReadAgain &) // it was read or erased meanwhile
    {
    }
    catch (const secrets::SealError &)
    {
    }
    round.left.pop_front();
    round.tried.insert(id);
    return true;
}

std::optional<std::chrono::milliseconds> Intake::step()
try
{
    followDoubts();
    for (const Sources::Live &source : parts_.sources.all())
    {
        const SourceState &state = source->state;
        if (state.again == 0 || state.isParked() || !source->trouble.empty() || !isOurs(source->stored.id))
            continue;
        Round &round = rounds_[source->stored.id];
        if (round.upTo != state.again || round.number != state.rounds)
            round = roundOf(*source, std::move(round));
        if (!round.left.empty())
            return stepOf(round) ? 0ms : std::chrono::milliseconds(busyPause);
        if (endRound(source->stored.id, round))
            rounds_.erase(source->stored.id);
        else
            round.upTo = 0; // from the beginning, without what was tried
        return 0ms;
    }
    return std::nullopt;
}
catch (const store::StoreError &error)
{
    if (error.kind != store::StoreError::Kind::leaseLost)
        throw;
    return busyPause; // the host that has the lease now goes on
}

} // namespace psa::events
