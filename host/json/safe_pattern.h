#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace psa::json {

/// A regular expression in RE2 syntax, safe to accept from a plugin: matching is linear in time and bounded in memory.
/// Copies share the compiled form. Thread-safe.
class SafePattern
{
public:
    /// What `.` matches.
    enum class Dot
    {
        exceptNewline,
        any
    };

    /// Throws std::runtime_error that says what is wrong with `pattern`.
    explicit SafePattern(const std::string &pattern, Dot dot = Dot::exceptNewline);

    /// Whether `text` contains a match.
    bool matches(std::string_view text) const;
    /// Whether `text` as a whole is a match.
    bool matchesWhole(std::string_view text) const;

private:
    struct Impl;
    std::shared_ptr<const Impl> impl_;
};

} // namespace psa::json
