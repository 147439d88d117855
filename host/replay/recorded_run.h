#pragma once

#include "host/net/recording.h"

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace psa::replay {

/// One call of a recorded run, with the exchanges that belong to it.
struct RecordedCall
{
    std::uint64_t number = 0;
    std::string verb;
    std::string build; ///< id@version that was recorded.
    bool dryRun = false;
    std::chrono::system_clock::time_point at; ///< When it began.
    Poco::JSON::Object::Ptr arguments;
    std::vector<net::Exchange> exchanges;
    std::vector<std::chrono::system_clock::time_point> dates; ///< What the plugin read from the clock.
    Poco::JSON::Object::Ptr outcome; ///< As outcome_json.h makes it; nullptr = the recording ends before it.
};

/// The calls of a recording in their order. Throws std::runtime_error that names file and line where it cannot be read,
/// and for one of version 1, which holds no calls.
std::vector<RecordedCall> readRecordedRun(const std::filesystem::path &file);

} // namespace psa::replay
