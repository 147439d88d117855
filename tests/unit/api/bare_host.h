#pragma once

#include "host/json/json_text.h"
#include "host/run/application.h"
#include "host/store/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_folder.h"

#include <functional>
#include <memory>
#include <string>

namespace psa::test {

/// The whole host, without a plugin and a master key. Requests are made as through its socket: scopes are not checked.
struct BareHost
{
    /// `adjust`: changes the parts before they start.
    explicit BareHost(std::function<void(run::ApplicationParts &)> adjust = [](run::ApplicationParts &) {})
        : application(parts(adjust), false)
    {
    }

    TestFolder folder{TestFolder::inMemory()};
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::string logged;
    std::string warned;
    run::Application application;

    http::ApiResponse ask(http::ApiRequest request) const { return application.router().handle(std::move(request)); }

    /// The slug of the problem in the answer, whose status must be `status`.
    std::string problem(http::ApiRequest request, int status) const
    {
        const http::ApiResponse answer = ask(std::move(request));
        const std::string prefix = "urn:psa-host:problem:";
        const auto document = json::parseObject(answer.body);
        return answer.status == status ? document->getValue<std::string>("type").substr(prefix.size())
                                       : std::to_string(answer.status) + " " + answer.body;
    }

private:
    run::ApplicationParts parts(const std::function<void(run::ApplicationParts &)> &adjust)
    {
        run::ApplicationParts parts;
        parts.store = store::openSqliteStore({folder.path() / "state", ""}, clock);
        parts.runtime.clock = clock;
        parts.runtime.budgets = std::make_shared<net::BudgetRegistry>(clock);
        parts.random = secrets::systemRandom;
        parts.log = [this](const std::string &line) { logged += line + '\n'; };
        parts.warn = [this](const std::string &line) { warned += line + '\n'; };
        parts.notify = [](const notify::Notice &) {};
        adjust(parts);
        return parts;
    }
};

/// A request as a server passes it on.
inline http::ApiRequest requestTo(const char *method, const char *path, std::string body = "",
                                  std::map<std::string, std::string> headers = {},
                                  std::multimap<std::string, std::string> query = {})
{
    return {method, path, std::move(query), std::move(headers), std::move(body), {"test", ""}, {}};
}

} // namespace psa::test
