#pragma once

#include "host/store/event_records.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace psa::store {

/// Which deliveries to list. Newest first.
struct DeliveryQuery
{
    std::int64_t sourceId = 0; ///< 0 = of all.
    std::optional<DeliveryState> state;
    std::string cursor;      ///< DeliveryPage::next of the previous page; "" = the first page.
    std::size_t limit = 100; ///< 1 to maxPageEntries; a page may have fewer.
};

struct DeliveryPage
{
    std::vector<StoredDelivery> deliveries; ///< Without their bodies.
    std::string next;                       ///< Cursor of the next page; "" = there are no more.
};

/// Which events to list. Newest first.
struct EventQuery
{
    std::int64_t sourceId = 0;   ///< 0 = of all.
    std::int64_t deliveryId = 0; ///< Likewise.
    std::int64_t episodeId = 0;  ///< Likewise.
    std::int64_t ticketId = 0;   ///< Likewise.
    std::string kind;            ///< "" = all.
    std::string decision;        ///< "" = all.
    std::string customer;        ///< StoredEvent::customer without differences of ASCII case; "" = all.
    std::string text;            ///< Words that title, customer and key must have, see SearchWords; "" = all.
    std::optional<clock::Clock::Wall> from;  ///< Received at or after.
    std::optional<clock::Clock::Wall> until; ///< Received before.
    std::string cursor;                      ///< EventPage::next of the previous page; "" = the first page.
    std::size_t limit = 100;                 ///< 1 to maxPageEntries; a page may have fewer.
};

struct EventPage
{
    std::vector<StoredEvent> events; ///< With their documents.
    /// Cursor of the next page; "" = there are no more, however many this page has. A page can even be empty although
    /// there is a next one, if many events had to be looked at.
    std::string next;
};

/// What a source has delivered.
struct SourceCounts
{
    std::int64_t deliveries = 0;            ///< Ever.
    std::int64_t events = 0;                ///< Ever.
    std::int64_t notUnderstood = 0;         ///< Deliveries in this state now.
    std::int64_t kept = 0;                  ///< Likewise.
    std::int64_t bodyBytes = 0;             ///< Of the sealed bodies that are stored now.
    std::optional<clock::Clock::Wall> last; ///< When the last delivery was received.
};

/// What StoreWriter::purgeCustomer() has erased.
struct PurgeCounts
{
    std::size_t events = 0;
    std::size_t deliveries = 0; ///< Their bodies and requests.
    std::size_t episodes = 0;   ///< Whose history had details.
    std::size_t steps = 0;
    std::size_t unknownCustomers = 0;
    bool more = false; ///< There is more of the customer: call it again.
};

} // namespace psa::store
