// How a command requests a list.
#include "host/cli/api_client.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <sstream>

using namespace psa::cli;
using namespace psa::http;

namespace {

/// Has the entries 0 to 6, and returns at most three at a time, like a page full of long texts.
class ShortPages : public ApiClient
{
public:
    ApiResponse ask(ApiRequest request) override
    {
        limits.push_back(request.queryValue("limit"));
        const std::string cursor = request.queryValue("cursor");
        const int from = cursor.empty() ? 0 : std::stoi(cursor);
        const int until = std::min({from + 3, from + std::stoi(limits.back()), 7});
        std::string body;
        for (int i = from; i < until; ++i)
            body += (body.empty() ? "" : ",") + std::to_string(i);
        ApiResponse response;
        response.body = R"({"entries":[)" + body + "]" +
                        (until < 7 ? R"(,"next":")" + std::to_string(until) + "\"" : std::string()) + "}";
        return response;
    }
    bool isRunning() const override { return true; }

    std::vector<std::string> limits;
};

std::string entriesOf(const Poco::JSON::Object &list)
{
    std::string text;
    for (const auto &entry : *list.getArray("entries"))
        text += entry.convert<std::string>();
    return text;
}

} // namespace

TEST_CASE("a command shows as many entries as requested, however short the pages are", "[cli]")
{
    ShortPages host;
    std::ostringstream log;
    const auto some = askForList(host, apiRequest("GET", "/v1/audit"), "entries", 5, log);
    CHECK(entriesOf(*some) == "01234");
    CHECK(some->has("next"));
    CHECK(host.limits == std::vector<std::string>{"5", "2"});
    const auto all = askForList(host, apiRequest("GET", "/v1/audit"), "entries", 50, log);
    CHECK(entriesOf(*all) == "0123456");
    CHECK_FALSE(all->has("next"));
}
