#include "tests/plugins/common/error_case.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <iostream>

namespace psa::plugins::test {

std::vector<ErrorCase> notSentCases(const std::string &host, const std::string &policyHint)
{
    return {
        {"DNS", notSent(PSA_HTTP_REASON_DNS), PSA_UNAVAILABLE, "does not resolve: " + host + ".", "DNS"},
        {"connect", notSent(PSA_HTTP_REASON_CONNECT), PSA_UNAVAILABLE, "Nothing accepts the connection at ",
         "port 443"},
        {"TLS", notSent(PSA_HTTP_REASON_TLS), PSA_UNAVAILABLE, "No trusted TLS connection to ", "certificates"},
        {"policy", notSent(PSA_HTTP_REASON_POLICY), PSA_UNAVAILABLE, "does not allow the connection to ", policyHint},
        {"budget", notSent(PSA_HTTP_REASON_BUDGET, 7000), PSA_RATE_LIMITED, "share of requests", "sent later"},
        {"timeout", notSent(PSA_HTTP_REASON_TIMEOUT), PSA_TIMEOUT, "before anything was sent to ", "safe to try again"},
        {"cancelled", notSent(PSA_HTTP_REASON_CANCELLED), PSA_CANCELLED, "asked to stop before anything was sent",
         "safe to try again"},
        {"dry run", notSent(PSA_HTTP_REASON_DRY_RUN), PSA_CANCELLED, "Dry run: the request was withheld",
         "Turn the dry run off"},
    };
}

void checkError(const ErrorCase &wanted, const Outcome &outcome, const FakeHost &host, const std::string &request,
                const char *show)
{
    CAPTURE(wanted.name, wanted.answer.status, wanted.answer.body);
    if (std::getenv(show) != nullptr)
        std::cout << wanted.name << ": " << outcome.message << "\n    " << outcome.hint << "\n    [" << outcome.detail
                  << "]\n";
    CHECK(outcome.status == wanted.status);
    CHECK_THAT(outcome.message, Catch::Contains(wanted.message));
    CHECK_THAT(outcome.hint, Catch::Contains(wanted.hint));
    CHECK(outcome.field == wanted.field);
    CHECK(outcome.vendorCode == wanted.code);
    CHECK(outcome.httpStatus == wanted.answer.status);
    CHECK(outcome.retryAfterMs == wanted.answer.retryAfterMs);
    CHECK_THAT(outcome.detail, Catch::Contains(request));
    CHECK(mutating(host) == 1);
}

std::vector<std::string> beginningsOf(const std::string &whole)
{
    std::vector<std::string> beginnings;
    for (std::size_t size = 0; size < whole.size(); ++size)
        beginnings.push_back(whole.substr(0, size));
    return beginnings;
}

} // namespace psa::plugins::test
