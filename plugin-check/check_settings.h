#pragma once

#include <Poco/JSON/Object.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace psa::check {

/// A failure that is known and borne for a while.
struct Waiver
{
    std::string check;   ///< Id of the check.
    std::string reason;  ///< May be empty below level 3.
    std::string expires; ///< YYYY-MM-DD, the last day on which it holds.
};

/// check.toml: what the checks need to know of one plugin.
struct CheckSettings
{
    Poco::JSON::Object::Ptr configuration;        ///< Example values of the configuration form; null = none.
    std::vector<Poco::JSON::Object::Ptr> tickets; ///< Example tickets, as schemas/ticket.schema.json has them.
    std::chrono::seconds fuzz{600};               ///< How long each fuzz check works.
    std::vector<Waiver> waivers;
};

/// Reads `file`. Throws config::ConfigError with a line for each mistake.
CheckSettings readCheckSettings(const std::filesystem::path &file);

} // namespace psa::check
