#pragma once

#include "host/json/safe_pattern.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace psa::events {

/// Writes a JSON document in which members that are not set are null, and notes which these are. The caller opens and
/// closes objects and lists in pairs, and passes valid UTF-8. Not thread-safe.
class TreeWriter
{
public:
    static constexpr std::size_t maxUnset = 200;

    /// `placeholders` must outlive it.
    explicit TreeWriter(const std::vector<json::SafePattern> &placeholders) : placeholders_(placeholders) {}

    void beginObject();
    void endObject();
    void beginList();
    void endList();
    /// The name of the next member of the open object.
    void name(std::string_view name);
    /// A text; null if it is blank or a placeholder.
    void text(std::string_view value);
    /// A text that is meant as it is.
    void plainText(std::string_view value);
    void null();
    /// A number, true or false.
    void literal(std::string_view json);
    /// A JSON value that was written before.
    void document(std::string_view json) { literal(json); }

    /// A place to go back to, at which the next value has not been begun.
    struct Mark
    {
        std::size_t bytes = 0;
        std::size_t levels = 0;
        std::size_t items = 0;
        std::size_t unset = 0;
    };
    Mark mark() const;
    /// Forgets what was written since `mark`.
    void goBack(const Mark &mark);

    const std::string &json() const { return json_; }
    std::string takeJson() { return std::move(json_); }
    std::vector<std::string> takeUnset() { return std::move(unset_); }

private:
    struct Level
    {
        bool isList = false;
        std::size_t items = 0;
        std::string name; ///< Of the current member.
    };

    void beginValue();
    void open(char bracket, bool isList);
    void quote(std::string_view value);
    bool isUnset(std::string_view value) const;
    std::string pointer() const;

    const std::vector<json::SafePattern> &placeholders_;
    std::string json_;
    std::vector<Level> levels_;
    std::vector<std::string> unset_;
};

} // namespace psa::events
