#pragma once

#include "host/net/recording.h"

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace psa::replay {

/// One call of a recorded run, with its exchanges.
struct RecordedCall
{
    std::uint64_t number = 0;
    std::string verb;
    std::string build; ///< id@version of the recorded build.
    bool dryRun = false;
    std::chrono::system_clock::time_point at; ///< When it started.
    Poco::JSON::Object::Ptr arguments;
    std::vector<net::Exchange> exchanges;
    std::vector<std::chrono::system_clock::time_point> dates; ///< The times that the plugin read from the clock.
    Poco::JSON::Object::Ptr outcome; ///< As created by outcome_json.h; nullptr = the recording ends before it.
};

/// The calls of a recording in order. Throws std::runtime_error that names file and line if it cannot be read, and for
/// version 1, which contains no calls.
std::vector<RecordedCall> readRecordedRun(const std::filesystem::path &file);

} // namespace psa::replay
