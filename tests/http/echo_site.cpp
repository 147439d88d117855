#include "tests/http/echo_site.h"

#include "tests/support/open_guard.h"

#include <utility>

namespace psa::test {

using namespace psa::http;

EchoSite::EchoSite(ServeConfig config)
{
    router_.add({"POST", "/", Scope::anybody, [this](const ApiRequest &request) { return answer(request); },
                 Router::Waits::never});
    config.listen = Poco::Net::SocketAddress("127.0.0.1", 0);
    address_ = server_.serveWeb(config, router_, [this](const std::vector<std::string> &) {
        return std::make_shared<OpenGuard>([this](ApiRequest &) {
            return Admitted{&router_.routes().front(), Router::largestBody};
        });
    });
}

std::vector<std::string> EchoSite::takeSeen()
{
    std::vector<std::string> seen;
    for (const ApiRequest &each : takeRequests())
        seen.push_back(each.method + " " + each.path + " " + std::to_string(each.body.size()));
    return seen;
}

std::vector<ApiRequest> EchoSite::takeRequests()
{
    const std::lock_guard lock(mutex_);
    return std::exchange(seen_, {});
}

ApiResponse EchoSite::answer(const ApiRequest &request)
{
    {
        const std::lock_guard lock(mutex_);
        seen_.push_back(request);
    }
    return {200, "text/plain", request.path + " " + request.header("x-id") + "\n", {}};
}

} // namespace psa::test
