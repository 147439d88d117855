#pragma once

#include "host/net/http_types.h"

#include <optional>
#include <string>

namespace psa::plugin {

/// The rule that a call may send one changing request (PSA_HTTP_MUTATES). After any response but 401, after none, and
/// while the first is in progress, the host rejects another one: whether the first was carried out has to be determined
/// before anything is sent again. After a 401 response, which says that nothing was done, the same request (method, URL
/// and body) may be sent once more, because a token from an earlier call may have expired. A request of which no byte
/// was sent does not count; one that a dry run withheld does. Not thread-safe.
class OneChange
{
public:
    /// Why the changing request `request` must not be sent now; nullopt = it may be sent, and end() must follow.
    std::optional<std::string> begin(const net::HttpRequest &request);
    /// Outcome of the request that begin() allowed.
    void end(const net::HttpResponse &response);

    bool isUnderWay() const { return underWay_; }

private:
    bool isSame(const net::HttpRequest &request) const;

    bool underWay_ = false;
    bool spent_ = false;       ///< A request was sent.
    bool repeatable_ = false;  ///< It got a 401 and has not been repeated yet.
    net::HttpRequest request_; ///< Method, URL and body of the last request that was allowed.
    std::string became_;       ///< Its result, as text.
};

} // namespace psa::plugin
