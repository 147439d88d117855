#include "host/api/api_parts.h"

namespace psa::api {
namespace {

/// A browser that has lost the stream reconnects after this many milliseconds.
constexpr const char *greeting = "retry: 2000\n\n";

/// The next event of a stream: which kinds of data have changed since the last one.
class ChangeStream
{
public:
    /// `connections`: only what has changed of these; nullopt = of all.
    ChangeStream(const store::ChangeFeed &changes, std::optional<std::set<std::string>> connections)
        : changes_(changes), connections_(std::move(connections)), told_(changes.counts(connections_))
    {
    }

    std::string next()
    {
        const store::ChangeFeed::Counts now = changes_.counts(connections_);
        std::string kinds;
        for (const auto &[name, member] : {std::pair("tickets", &store::ChangeFeed::Counts::tickets),
                                           std::pair("connections", &store::ChangeFeed::Counts::connections),
                                           std::pair("audit", &store::ChangeFeed::Counts::audit),
                                           std::pair("events", &store::ChangeFeed::Counts::events),
                                           std::pair("definitions", &store::ChangeFeed::Counts::definitions)})
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
    const store::ChangeFeed &changes_;
    const std::optional<std::set<std::string>> connections_;
    store::ChangeFeed::Counts told_;
    bool greeted_ = false;
};

} // namespace

void addStreamRoutes(http::Router &router, const ApiParts &parts)
{
    router.add({"GET", "/v1/stream", http::Scope::read,
                [&changes = parts.changes](const http::ApiRequest &request) {
                    http::ApiResponse response{200, "text/event-stream", "", {{"X-Accel-Buffering", "no"}}};
                    response.events = [stream = std::make_shared<ChangeStream>(changes, request.caller.connections)] {
                        return stream->next();
                    };
                    return response;
                },
                http::Router::Waits::never});
}

} // namespace psa::api
