#include "tests/plugin-check/checker.h"

#include "host/json/strict_json.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

namespace psa::test {

using Poco::JSON::Object;

std::string Checked::verdict(const std::string &id) const
{
    const auto found = results.find(id);
    return found == results.end() ? "did not run" : found->second->getValue<std::string>("verdict");
}

std::string Checked::words(const std::string &id) const
{
    const auto found = results.find(id);
    if (found == results.end())
        return {};
    std::string text = found->second->optValue<std::string>("because", "") + "\n";
    for (const auto &finding : *found->second->getArray("findings"))
        text += finding.extract<Object::Ptr>()->getValue<std::string>("text") + "\n";
    return text + found->second->optValue<std::string>("output", "");
}

std::string Checked::problems() const
{
    std::string text;
    for (const auto &[id, result] : results)
        if (const std::string is = verdict(id); is != "ok" && is != "skipped" && is != "warning")
            text += id + " " + is + ": " + words(id) + "\n";
    return text;
}

ProgramResult runChecker(const std::vector<std::string> &arguments, const std::vector<std::string> &environment)
{
    return runProgram(PSA_PLUGIN_CHECK, arguments, environment);
}

Checked check(const std::string &plugin, std::vector<std::string> arguments,
              const std::vector<std::string> &environment)
{
    arguments.insert(arguments.end(), {"--json", "--seed", "7", plugin});
    Checked checked;
    checked.program = runChecker(arguments, environment);
    INFO(checked.program.out << checked.program.err);
    REQUIRE(checked.program.signal == 0);
    REQUIRE(checked.program.exitCode != 2);
    const auto report =
        json::parseStrict(checked.program.out, {.maxBytes = 16 << 20, .maxDepth = 32}).extract<Object::Ptr>();
    for (const auto &item : *report->getArray("results"))
    {
        const auto result = item.extract<Object::Ptr>();
        checked.results[result->getValue<std::string>("id")] = result;
    }
    return checked;
}

std::string faultPlugin(const std::string &name)
{
    return std::string(FAULTS_DIR) + "/" + name + ".so";
}

} // namespace psa::test
