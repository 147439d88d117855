#include "host/events/source_state.h"

#include "host/json/json_text.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>

#include <algorithm>

namespace psa::events {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr const char *killsMember = "kills";
constexpr const char *parkedMember = "parked";
constexpr const char *toldMember = "toldNotUnderstood";
constexpr const char *againMember = "again";
constexpr const char *roundsMember = "rounds";

/// Moves our members of `document` to `state`. Throws Poco::Exception.
void take(Object &document, SourceState &state)
{
    if (const Array::Ptr times = document.getArray(killsMember))
        for (const auto &time : *times)
            state.kills.push_back(clock::wallFromUnixMs(time.convert<std::int64_t>()));
    state.parked = document.optValue<std::string>(parkedMember, "");
    state.toldNotUnderstood = document.optValue(toldMember, false);
    state.again = document.optValue<std::int64_t>(againMember, 0);
    state.rounds = document.optValue<std::int64_t>(roundsMember, 0);
    for (const char *name : {killsMember, parkedMember, toldMember, againMember, roundsMember})
        document.remove(name);
}

} // namespace

SourceState::SourceState(const std::string &document)
{
    std::string damage;
    others = json::parseStored(document, damage);
    try
    {
        take(*others, *this);
    }
    catch (const Poco::Exception &)
    {
        *this = SourceState();
    }
}

std::string SourceState::toDocument() const
{
    Object document(*others);
    if (!kills.empty())
        document.set(killsMember, json::arrayOf(kills, [](clock::Clock::Wall time) {
                         return duration_cast<milliseconds>(time.time_since_epoch()).count();
                     }));
    if (isParked())
        document.set(parkedMember, parked);
    if (toldNotUnderstood)
        document.set(toldMember, true);
    if (again > 0)
        document.set(againMember, again);
    if (rounds > 0)
        document.set(roundsMember, rounds);
    return json::toText(document);
}

bool SourceState::noteKill(clock::Clock::Wall now, const std::string &reason)
{
    std::erase_if(kills, [&](clock::Clock::Wall time) { return now - time >= killStretch; });
    kills.push_back(now);
    if (isParked() || kills.size() < maxKills)
        return false;
    parked = reason;
    return true;
}

void SourceState::readAgain(std::int64_t upTo)
{
    kills.clear();
    parked.clear();
    toldNotUnderstood = false;
    again = std::max(again, upTo);
    ++rounds;
}

} // namespace psa::events
