#pragma once

#include "tests/plugins/common/fake_host.h"

#include <string>
#include <vector>

namespace psa::plugins::test {

/// A response to a create, and what the plugin must say about it.
struct ErrorCase
{
    std::string name;
    Answer answer;
    psa_status status;
    std::string message; ///< A part of it, like the hint.
    std::string hint;
    std::string field = "";
    std::string code = "";
};

/// Creates that were not sent to `host`. `policyHint`: what to do if the host does not allow it.
std::vector<ErrorCase> notSentCases(const std::string &host, const std::string &policyHint);

/// Checks what the plugin says, and that it sent one changing request. `request`: what its log must name; `show`: the
/// environment variable with which the errors are printed as operators see them.
void checkError(const ErrorCase &wanted, const Outcome &outcome, const FakeHost &host, const std::string &request,
                const char *show);

/// `whole` cut after each of its characters but the last.
std::vector<std::string> beginningsOf(const std::string &whole);

} // namespace psa::plugins::test
