#include "host/api/api_parts.h"

namespace psa::host {
namespace {

/// A browser that has lost the stream comes back after so many milliseconds.
constexpr const char *greeting = "retry: 2000\n\n";

/// What a stream tells next: which kinds of things have changed since it was last asked.
class ChangeStream
{
public:
    explicit ChangeStream(const ChangeFeed &changes) : changes_(changes), told_(changes.counts()) {}

    std::string next()
    {
        const ChangeFeed::Counts now = changes_.counts();
        std::string kinds;
        for (const auto &[name, member] : {std::pair("tickets", &ChangeFeed::Counts::tickets),
                                           std::pair("connections", &ChangeFeed::Counts::connections),
                                           std::pair("audit", &ChangeFeed::Counts::audit)})
            if (now.*member != told_.*member)
                kinds += std::string(kinds.empty() ? "" : ",") + "\"" + name + "\"";
        told_ = now;
        std::string text = greeted_ ? "" : greeting;
        greeted_ = true;
        if (!kinds.empty())
            text += "event: changed\ndata: [" + kinds + "]\n\n";
        return text;
    }

private:
    const ChangeFeed &changes_;
    ChangeFeed::Counts told_;
    bool greeted_ = false;
};

} // namespace

void addEventRoutes(Router &router, const ApiParts &parts)
{
    router.add({"GET", "/v1/events", Scope::read,
                [&changes = parts.changes](const ApiRequest &) {
                    ApiResponse response{200, "text/event-stream", "", {{"X-Accel-Buffering", "no"}}};
                    response.events = [stream = std::make_shared<ChangeStream>(changes)] { return stream->next(); };
                    return response;
                },
                Router::Waits::never});
}

} // namespace psa::host
