#pragma once

#include <Poco/JSON/Object.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::events {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// What a source reports.
enum class EventKind
{
    problem,  ///< Something is wrong, or still is.
    update,   ///< Something about a known problem has changed: acknowledged, another severity.
    recovery, ///< The problem is over.
    test,     ///< A human pressed a test button.
    other     ///< Neither: counted, never a ticket.
};

/// In ascending order.
enum class Severity
{
    info,
    low,
    medium,
    high,
    critical
};

/// A customer as the source knows it; "" = not known.
struct Party
{
    std::string id;
    std::string name;

    bool operator==(const Party &) const = default;
};

/// "" = not known.
struct Device
{
    std::string id;
    std::string name;
    std::string address;

    bool operator==(const Device &) const = default;
};

struct Link
{
    std::string label;
    std::string url; ///< http or https.

    bool operator==(const Link &) const = default;
};

/// What a source reports, in one form for all sources.
struct Event
{
    EventKind kind = EventKind::other;
    std::string key;        ///< Identifies the problem within its source; not blank for problem, update and recovery.
    std::string group;      ///< What the source groups several keys by; "" = none.
    std::string occurrence; ///< Identifies this occurrence of the problem; "" = the source has no such thing.
    std::optional<Severity> severity; ///< Of problems and updates, if the source says it.
    std::string severityText;         ///< As the source writes it.
    Party customer;
    Device device;
    std::string title;                ///< One line.
    std::string text;                 ///< Plain text, possibly of several lines.
    std::optional<Instant> startedAt; ///< Start of the problem.
    std::optional<Instant> at;        ///< Time of what is reported.
    std::vector<Link> links;
    std::map<std::string, std::string> labels;
    std::int64_t left = 0;       ///< How many parts of the group were not shown.
    std::string deliveryId;      ///< The source's id of the delivery; "" = it has none.
    std::set<std::string> parts; ///< Fingerprints of the alerts that it consists of; empty = it is one thing.

    bool operator==(const Event &) const = default;
};

const char *toText(EventKind kind);
const char *toText(Severity severity);
/// nullopt for any other text.
std::optional<EventKind> eventKindFrom(const std::string &text);
std::optional<Severity> severityFrom(const std::string &text);

/// RFC 3339 in UTC, with 0 to 6 digits of a second's fraction, as few as needed.
std::string toText(Instant instant);

/// Everything that is not known is null; "group" and "parts" are missing then.
Poco::JSON::Object::Ptr toJson(const Event &event);

/// The reverse of toJson(), for stored events and for those that people write. Throws plugin::InvalidDocument.
Event eventFrom(const Poco::JSON::Object &given);

} // namespace psa::events
