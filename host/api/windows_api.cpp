#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"

#include <Poco/JSON/Array.h>

#include <algorithm>

namespace psa::api {
namespace {

using events::rules::Window;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::chrono::days shownByDefault{7};
constexpr std::chrono::days mostShown{366};
static_assert(mostShown <= Window::longestCalendar);

/// When one window is active.
struct CalendarEntry
{
    std::string window;
    events::rules::Span span;
};

/// Ordered by their start.
std::vector<CalendarEntry> entriesOf(const std::vector<Window> &windows, events::Instant from, events::Instant to)
{
    std::vector<CalendarEntry> all;
    for (const Window &window : windows)
        for (const events::rules::Span &span : window.between(from, to))
            all.push_back({window.name, span});
    std::stable_sort(all.begin(), all.end(), [](const CalendarEntry &one, const CalendarEntry &other) {
        return one.span.from < other.span.from;
    });
    return all;
}

http::ApiResponse calendar(const ApiParts &parts, const http::ApiRequest &request)
{
    const clock::Clock::Wall from = timeIn(request, "from").value_or(parts.clock->wallNow());
    const clock::Clock::Wall to = timeIn(request, "to").value_or(from + shownByDefault);
    if (to <= from || to - from > mostShown)
        throw http::Problem(400, "bad-time", "Invalid time", "to must be after from, by at most 366 days.");
    Object body;
    body.set("spans", json::arrayOf(entriesOf(parts.definitions.current()->windows,
                                              std::chrono::time_point_cast<events::Instant::duration>(from),
                                              std::chrono::time_point_cast<events::Instant::duration>(to)),
                                    [](const CalendarEntry &each) {
                                        Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
                                        view->set("window", each.window);
                                        view->set("from", events::toText(each.span.from));
                                        view->set("to", events::toText(each.span.to));
                                        return view;
                                    }));
    return toAnswer(body);
}

} // namespace

void addWindowRoutes(http::Router &router, const ApiParts &parts)
{
    http::Router::Route route{"GET", "/v1/windows-calendar", http::Scope::read,
                              [parts](const http::ApiRequest &request) { return calendar(parts, request); }};
    route.query = {"from", "to"};
    router.add(std::move(route));
}

} // namespace psa::api
