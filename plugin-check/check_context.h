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

/// Inputs of one run of a check.
struct CheckInputs
{
    std::filesystem::path plugin;                  ///< Absolute.
    std::optional<std::filesystem::path> settings; ///< The check.toml to read.
    std::optional<std::filesystem::path> previous; ///< The previous release, for comparison.
    std::uint64_t seed = 0;
    std::optional<std::filesystem::path> fuzzer; ///< The plugin's fuzz target, built by psa_add_fuzzer().
    std::optional<unsigned> fuzzSeconds;         ///< Overrides check.toml.
    bool confined = true;                        ///< The plugin is confined as in psa-plugin-runner.
};

/// The settings of check.toml, overridden by `inputs`. Throws config::ConfigError.
CheckSettings settingsOf(const CheckInputs &inputs);

/// Ends a check that cannot continue; thrown by CheckContext and caught by runCheck().
struct StopCheck
{
};

/// What a check uses, and where it reports its findings. Not thread-safe.
class CheckContext
{
public:
    /// `onStep`: called before each step, so that a crash can be located. Throws config::ConfigError for unreadable
    /// settings.
    CheckContext(std::string id, CheckInputs inputs, std::function<void(const std::string &)> onStep);

    const std::filesystem::path &plugin() const { return inputs_.plugin; }
    const CheckInputs &inputs() const { return inputs_; }
    const CheckSettings &settings() const { return settings_; }

    /// Random numbers that depend only on the seed and the check's id.
    std::mt19937_64 &random() { return random_; }

    /// Announces the next step with the plugin, such as "configure with an empty text".
    void step(const std::string &what);

    void note(std::string_view what) { add(Severity::note, what); }
    void warn(std::string_view what) { add(Severity::warning, what); }
    void fail(std::string_view what) { add(Severity::failure, what); }
    /// Like fail(), if the check cannot continue.
    [[noreturn]] void failAndStop(std::string_view what);
    /// There is nothing to check: `because` completes "skipped because ...".
    [[noreturn]] void skip(std::string_view because);

    bool failed() const;
    const std::string &lastStep() const { return step_; }

    /// The result so far.
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

/// Runs `check` in this process to its end; exceptions become failures.
CheckResult runCheck(const Check &check, CheckContext &context);

} // namespace psa::check
