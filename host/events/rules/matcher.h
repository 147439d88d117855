#pragma once

#include "host/events/rules/facts.h"
#include "host/json/safe_pattern.h"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace psa::events::rules {

/// A text that is not a matcher. what() completes a sentence that starts with the text's place, and says at which
/// character the text is wrong and what was expected there.
class MatcherInvalid : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// A comparison in the syntax of Alertmanager: a name, one of = != =~ !~, and a value, bare or in double quotes.
///
/// Within quotes, \" \\ and \n are a quote, a backslash and a line feed; every other backslash stands for itself, so that
/// regular expressions need no second one. Regular expressions are those of RE2, must match the whole value, and their
/// dot also matches line feeds. A value that is not set is "". A name that is no field of events is that of a label.
/// Immutable and thread-safe.
class Matcher
{
public:
    enum class Operator
    {
        equal,
        notEqual,
        matches,
        notMatches
    };

    /// Throws MatcherInvalid, also if `text` has several matchers.
    static Matcher parse(std::string_view text);
    /// One or more, separated by commas, possibly in braces: `{severity="critical",team=~"a|b"}`. Throws MatcherInvalid.
    static std::vector<Matcher> parseList(std::string_view text);

    /// Allocates nothing.
    bool holds(const Facts &facts) const;
    /// Why it holds, or does not: `severity=critical matched severity=~"critical|high"`.
    std::string why(const Facts &facts) const;
    /// In normalized form: `labels.team="msp"`.
    std::string text() const;

private:
    friend class MatcherScanner;
    Matcher(ValueName name, Operator comparison, std::string value);

    void checkValue() const;

    ValueName name_;
    Operator operator_;
    std::string value_;
    std::optional<json::SafePattern> pattern_; ///< Of =~ and !~.
};

} // namespace psa::events::rules
