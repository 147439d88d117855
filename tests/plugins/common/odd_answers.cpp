#include "tests/plugins/common/odd_answers.h"

#include "tests/plugins/common/document.h"

#include <catch2/catch.hpp>

namespace psa::plugins::test {
namespace {

const std::vector<std::string> &oddBodies()
{
    static const std::vector<std::string> bodies{"",
                                                 " ",
                                                 "null",
                                                 "true",
                                                 "0",
                                                 "\"\"",
                                                 "{",
                                                 "[[[",
                                                 "[null]",
                                                 "[5,\"x\",[]]",
                                                 "{}",
                                                 "[{}]",
                                                 "<!DOCTYPE html><html><body>Sign in</body></html>",
                                                 "\xff\xfe{",
                                                 std::string(64, '[') + std::string(64, ']'),
                                                 "{\"items\":null}",
                                                 "{\"items\":{}}",
                                                 "{\"items\":[null]}",
                                                 "{\"items\":[{\"id\":{}}]}",
                                                 "{\"item\":[]}",
                                                 "{\"item\":{}}",
                                                 "{\"item\":{\"id\":\"x\"}}",
                                                 "{\"fields\":5}",
                                                 "{\"info\":[]}",
                                                 "{\"errors\":\"text\"}",
                                                 "{\"errors\":{}}",
                                                 "{\"errors\":[null,{},[]]}",
                                                 "{\"code\":[],\"message\":{}}",
                                                 "{\"itemId\":-1,\"id\":-1}",
                                                 "{\"itemId\":1.5,\"id\":1.5}",
                                                 "{\"itemId\":true,\"id\":true}",
                                                 "{\"itemId\":1e400,\"id\":1e400}",
                                                 "{\"itemId\":[7],\"id\":[7]}",
                                                 "{\"itemId\":99999999999999999999,\"id\":99999999999999999999}",
                                                 "[{\"id\":99999999999999999999,\"name\":7}]",
                                                 "[{\"id\":\"x\",\"name\":{}}]",
                                                 "{\"url\":7,\"webUrl\":[]}",
                                                 "{\"Codebase\":[],\"CompanyName\":{}}"};
    return bodies;
}

bool isRefused(std::uint32_t status)
{
    return status >= 400 && status < 500 && status != 408;
}

/// The consequences of an odd answer to the request that changes something.
void checkChange(const Answer &answer, const Sent &sent, const Outcome &outcome)
{
    if (sent.method == "DELETE" && answer.status < 300)
    {
        CHECK((outcome.ok() || outcome.status == PSA_OUTCOME_UNKNOWN)); // Not every PSA's answer has a body.
        return;
    }
    CHECK((!outcome.ok() || (sent.method == "DELETE" && answer.status == 404))); // It is gone already.
    CHECK((outcome.status == PSA_OUTCOME_UNKNOWN) == !isRefused(answer.status));
}

/// Garbage never says "there is none" or "nobody has touched it".
void checkNone(const OddCall &call, const Answer &answer, const Outcome &outcome)
{
    const auto result = call.schema.empty() ? nullptr : document(call.schema, outcome.result);
    if (call.schema == "found-tickets")
        CHECK(result->getArray("tickets")->size() > 0);
    if (call.schema == "found-notes")
        CHECK(result->getArray("notes")->size() > 0);
    if (call.schema == "activity" && answer.status < 300)
        CHECK(result->getValue<std::string>("touched") != "no");
}

void check(const OddCall &call, const FakeHost &host, std::size_t position, const Outcome &outcome)
{
    const Answer &answer = host.instead.at(position);
    if (outcome.ok() && !call.schema.empty())
        CHECK_NOTHROW(document(call.schema, outcome.result));
    else if (!isRefused(answer.status))
        CHECK(outcome.status != PSA_INTERNAL);
    if (answer.status == 429)
        CHECK((outcome.ok() || outcome.status == PSA_RATE_LIMITED));
    CHECK(mutating(host) <= 1);
    if (host.sent.size() <= position)
        return;
    if (host.sent[position].mutates)
        checkChange(answer, host.sent[position], outcome);
    else if (mutating(host) == 0)
        CHECK(
            (!outcome.ok() || (call.schema != "ticket-result" && call.schema != "note-result") || call.name == "read"));
    if (position + 1 == host.sent.size() && outcome.ok())
        checkNone(call, answer, outcome);
}

} // namespace

void checkOddAnswers(const OddCall &call)
{
    FakeHost good;
    const Outcome expected = call.run(good);
    INFO(call.name << ": " << expected.message);
    REQUIRE(expected.ok());
    REQUIRE(good.unscripted.empty());
    for (std::size_t position = 0; position < good.sent.size(); ++position)
        for (const std::uint32_t status : {200u, 201u, 302u, 400u, 404u, 408u, 429u, 500u, 503u})
            for (const std::string &body : oddBodies())
            {
                CAPTURE(position, good.sent[position].method, good.sent[position].url, status, body);
                FakeHost host;
                host.instead[position] = {status, body};
                const Outcome outcome = call.run(host);
                CAPTURE(outcome.status, outcome.message, outcome.result);
                check(call, host, position, outcome);
            }
}

} // namespace psa::plugins::test
