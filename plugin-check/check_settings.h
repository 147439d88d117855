#pragma once

#include <Poco/JSON/Object.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace psa::check {

/// A known failure that is accepted for a while.
struct Waiver
{
    std::string check;   ///< Id of the check.
    std::string reason;  ///< May be empty below level 3.
    std::string expires; ///< YYYY-MM-DD, the last day on which it is valid.
};

/// The day of `time` in UTC, as in a waiver.
std::string dayOf(std::chrono::system_clock::time_point time);

/// check.toml: what the checks need to know about a plugin.
struct CheckSettings
{
    Poco::JSON::Object::Ptr configuration;        ///< Example values of the configuration form; null = none.
    std::vector<Poco::JSON::Object::Ptr> tickets; ///< Example tickets that match schemas/ticket.schema.json.
    std::chrono::seconds fuzz{600};               ///< How long each fuzz check runs.
    std::vector<Waiver> waivers;
};

/// Reads `file`. Throws config::ConfigError with a line for each mistake.
CheckSettings readCheckSettings(const std::filesystem::path &file);

} // namespace psa::check
