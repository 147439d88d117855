#include "host/delivery/activity.h"

#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

namespace psa::delivery {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t maxTouchedBytes = 2000; ///< Of the store's text of what humans have done.

std::string actorsIn(const Object &document)
{
    std::string actors;
    const Array::Ptr by = document.getArray("by");
    for (unsigned i = 0; !by.isNull() && i < by->size(); ++i)
    {
        const Object::Ptr each = by->getObject(i);
        const std::string at = each->optValue<std::string>("at", "");
        actors += (actors.empty() ? "" : "; ") + each->getValue<std::string>("what");
        actors += at.empty() ? "" : " (" + at + ")";
    }
    return actors;
}

std::string goneBecause(const Object &document)
{
    if (document.optValue("deleted", false))
        return "The ticket was deleted in the PSA.";
    const Object::Ptr into = document.getObject("mergedInto");
    if (into.isNull())
        return {};
    return "The ticket was merged into " + into->optValue("number", into->getValue<std::string>("id")) + " in the PSA.";
}

void addTouched(ticket::TicketWatch &watch, const Activity &activity)
{
    if (activity.touched && watch.touched.find(activity.by) == std::string::npos)
        watch.touched =
            json::cutUtf8(watch.touched + (watch.touched.empty() ? "" : "; ") + activity.by, maxTouchedBytes);
}

} // namespace

Activity activityFrom(const std::string &resultJson)
{
    const auto document = json::parseStrict(resultJson).extract<Object::Ptr>();
    Activity activity;
    const auto touched = document->getValue<std::string>("touched");
    activity.touched = touched != "no";
    if (activity.touched)
    {
        activity.by = actorsIn(*document);
        if (touched == "unclear")
            activity.by =
                "It is not clear whether a human has changed it" + (activity.by.empty() ? "" : ": " + activity.by);
        else if (activity.by.empty())
            activity.by = "A human has changed it";
    }
    if (const Object::Ptr status = document->getObject("status"); !status.isNull())
    {
        activity.statusId = status->optValue<std::string>("id", "");
        activity.status = status->optValue<std::string>("label", activity.statusId);
    }
    activity.closed = document->optValue("closed", false);
    activity.gone = goneBecause(*document);
    activity.watermark = document->getValue<std::string>("watermark");
    return activity;
}

ticket::TicketWatch afterReading(ticket::TicketWatch watch, const Activity &activity, clock::Clock::Wall now)
{
    addTouched(watch, activity);
    watch.watermark = activity.watermark;
    watch.statusId = activity.statusId;
    watch.status = activity.status;
    watch.closed = activity.closed;
    watch.gone = activity.gone;
    watch.due.reset();
    watch.read = now;
    return watch;
}

ticket::TicketWatch afterCalls(ticket::TicketWatch stored, const ticket::TicketWatch &claimed, const WatchNews &news,
                               clock::Clock::Wall now)
{
    if (news.activity && stored.read == claimed.read)
        stored = afterReading(std::move(stored), *news.activity, now);
    else if (news.activity)
    {
        // It was read in the background too, and which of the two readings is the newer one is not known.
        addTouched(stored, *news.activity);
        if (!news.activity->gone.empty())
            stored.gone = news.activity->gone;
        stored.due = now;
    }
    if (news.due)
        stored.due = news.due;
    if (news.statusId)
    {
        stored.statusId = *news.statusId;
        stored.status = news.status;
    }
    return stored;
}

std::string revertedStatus(const ticket::TicketWatch &set, const Activity &activity)
{
    if (set.statusId.empty() || activity.statusId.empty() || set.statusId == activity.statusId || activity.touched)
        return {};
    return "The PSA has set the status to \"" + activity.status + "\" after psa-host had set it to \"" + set.status +
           "\": look for a workflow rule there that does so.";
}

} // namespace psa::delivery
