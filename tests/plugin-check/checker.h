#pragma once

#include "tests/support/run_program.h"

#include <Poco/JSON/Object.h>

#include <map>
#include <string>
#include <vector>

namespace psa::test {

/// The results of psa-plugin-check for one plugin.
struct Checked
{
    ProgramResult program;
    std::map<std::string, Poco::JSON::Object::Ptr> results; ///< By id.

    std::string verdict(const std::string &id) const;
    /// Findings, reason and output of a check in one text.
    std::string words(const std::string &id) const;
    /// "A01 failed: ..." for each check whose result is none of ok, skipped and warning.
    std::string problems() const;
};

/// Runs psa-plugin-check as a user does.
ProgramResult runChecker(const std::vector<std::string> &arguments, const std::vector<std::string> &environment = {});

/// Like runChecker(), with --json and a fixed seed; the output must be JSON.
Checked check(const std::string &plugin, std::vector<std::string> arguments = {},
              const std::vector<std::string> &environment = {});

/// A plugin of tests/faults.
std::string faultPlugin(const std::string &name);

} // namespace psa::test
