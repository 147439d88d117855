#pragma once

#include "plugin-check/check_result.h"
#include "plugin-check/check_settings.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace psa::check {

/// What one run of a check works on.
struct CheckInputs
{
    std::filesystem::path plugin;                  ///< Absolute.
    std::optional<std::filesystem::path> settings; ///< The check.toml to read.
    std::optional<std::filesystem::path> previous; ///< The previous release, to compare with.
    std::uint64_t seed = 0;
    std::optional<std::filesystem::path> fuzzer; ///< The plugin's fuzz target, as psa_add_fuzzer() builds it.
    std::optional<unsigned> fuzzSeconds;         ///< In place of what check.toml says.
};

/// What check.toml says, and `inputs` in its place. Throws config::ConfigError.
CheckSettings settingsOf(const CheckInputs &inputs);

/// Ends a check where nothing more can be looked at; thrown by CheckContext and caught by runCheck().
struct StopCheck
{
};

/// What a check works with and tells its findings to. One thread at a time.
class CheckContext
{
public:
    /// `onStep`: hears each step before it is taken, so that a crash can be placed. Throws config::ConfigError for
    /// settings that cannot be read.
    CheckContext(std::string id, CheckInputs inputs, std::function<void(const std::string &)> onStep);

    const std::filesystem::path &plugin() const { return inputs_.plugin; }
    const CheckInputs &inputs() const { return inputs_; }
    const CheckSettings &settings() const { return settings_; }

    /// Random numbers that the seed and the check's id alone decide.
    std::mt19937_64 &random() { return random_; }

    /// Says what is done next with the plugin, such as "configure with an empty text".
    void step(const std::string &what);

    void note(std::string_view what) { add(Severity::note, what); }
    void warn(std::string_view what) { add(Severity::warning, what); }
    void fail(std::string_view what) { add(Severity::failure, what); }
    /// As fail(), where nothing more can be looked at.
    [[noreturn]] void failAndStop(std::string_view what);
    /// There is nothing to work on: `because` completes "skipped because ...".
    [[noreturn]] void skip(std::string_view because);

    bool failed() const;
    const std::string &lastStep() const { return step_; }

    /// What came of it so far.
    CheckResult result() const;

private:
    void add(Severity severity, std::string_view what);

    std::string id_;
    CheckInputs inputs_;
    CheckSettings settings_;
    std::function<void(const std::string &)> onStep_;
    std::mt19937_64 random_;
    std::string step_;
    std::string skipped_;
    std::vector<Finding> findings_;
};

struct Check;

/// Runs `check` in this process, to its end; exceptions become failures.
CheckResult runCheck(const Check &check, CheckContext &context);

} // namespace psa::check
