#pragma once

#include "host/plugin/call_state.h"

#include <chrono>
#include <string>
#include <vector>

namespace psa::check {

/// An error as passed by the plugin, before the host interpreted it.
struct RawError
{
    bool usable = false; ///< Not NULL, and at least as long as psa_error of ABI 1.0.
    psa_status status = PSA_INTERNAL;
    std::vector<std::pair<std::string, std::string>> texts; ///< By member.
    bool nullText = false;                                  ///< A text was NULL with a size.
};

struct RawLine
{
    psa_log_level level = PSA_LOG_DEBUG;
    std::string text;
    bool null = false; ///< NULL with a size.
};

/// Everything that a plugin did in one call.
struct CallRecord
{
    std::string verb;
    plugin::CallOutcome outcome; ///< As judged by the host.
    psa_status status = PSA_INTERNAL;
    bool threw = false;
    std::vector<std::string> results; ///< All delivered results, raw.
    std::vector<RawError> errors;
    std::vector<RawLine> lines;
    std::vector<std::string> late;          ///< Functions of the call that it used after the call had ended.
    std::vector<std::string> threadChanges; ///< What it changed in the calling thread, in words.
    std::chrono::milliseconds took{0};

    bool ok() const { return outcome.ok(); }
    bool returned() const { return outcome.ended == plugin::Ended::returned; }
    /// "test: rate_limited, \"Too many requests.\"" and the like.
    std::string describe() const;
};

} // namespace psa::check
