#pragma once

#include "host/net/http_types.h"

#include <optional>
#include <string>

namespace psa::plugin {

/// The rule that a call may send one request that changes something (PSA_HTTP_MUTATES). After any answer but 401, after
/// none, and while the first is in progress, the host refuses another one: whether the first was carried out has to be
/// determined before anything is sent again. After an answered 401, which says that nothing was done, the same request
/// (method, URL and body) may be sent once more, since a token from an earlier call may have run out. A request of
/// which no byte left does not count; one that a dry run withheld does. Not thread-safe.
class OneChange
{
public:
    /// Why `request`, which mutates, must not be sent now; nullopt = it may be, and end() must follow.
    std::optional<std::string> begin(const net::HttpRequest &request);
    /// Outcome of the request that begin() allowed.
    void end(const net::HttpResponse &response);

    bool isUnderWay() const { return underWay_; }

private:
    bool isSame(const net::HttpRequest &request) const;

    bool underWay_ = false;
    bool spent_ = false;       ///< One has left.
    bool repeatable_ = false;  ///< It was answered with 401, and was not repeated yet.
    net::HttpRequest request_; ///< Method, URL and body of the last one that was let pass.
    std::string became_;       ///< What became of it, in words.
};

} // namespace psa::plugin
