#pragma once

#include <Poco/JSON/Object.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace psa::events {

/// How a sender signs its requests: HMAC-SHA-256 in hex, optionally after "sha256=".
struct SignatureScheme
{
    std::string header; ///< That has the signature; in lower case.
    /// That has the time of the signature in Unix seconds, in lower case: then the signature covers "TIME:BODY". "" = it
    /// covers the body alone.
    std::string timestampHeader;
    std::chrono::seconds maxAge{300}; ///< How far that time may be from ours.

    bool operator==(const SignatureScheme &) const = default;
};

/// A source of alerts as its operator configured it, with the defaults of its preset filled in. Free of secrets.
/// Immutable once it is in use.
struct SourceSettings
{
    std::int64_t id = 0;      ///< 0 = it is not stored, but tried out.
    std::string uid;          ///< Unique, even among later sources with the same name: the scope of keys.
    std::string name;         ///< Part of its URL.
    std::int64_t version = 0; ///< Incremented with each change.
    std::string preset;       ///< Name of its preset.
    std::string reader;       ///< The jq program that reads its deliveries: the preset's, or its own.
    Poco::JSON::Object::Ptr settings = new Poco::JSON::Object; ///< All settings of its preset.
    std::string zone;                          ///< Time zone of times without an offset; "" = not known.
    std::chrono::minutes staleAfter{7 * 1440}; ///< An episode that is silent for this long is stale.
    /// An episode that is silent for this long has ended; nullopt = silence means nothing.
    std::optional<std::chrono::minutes> recoveredAfterSilence;
    std::int64_t quotaPerMinute = 600; ///< Deliveries.
    /// A source that is silent for this long is reported; nullopt = never.
    std::optional<std::chrono::minutes> silentAfter;
    std::optional<SignatureScheme> signature; ///< Used if it has a secret for it.
    bool enabled = true;
};

/// The document of a source is invalid. what() says where and why.
class SourceInvalid : public std::runtime_error
{
public:
    /// `problem`: the end of a sentence that starts with the location.
    SourceInvalid(std::string pointer, std::string problem)
        : std::runtime_error("The source is invalid: " + pointer + (pointer.empty() ? "" : " ") + problem + "."),
          pointer_(std::move(pointer)), problem_(std::move(problem))
    {
    }
    const std::string &pointer() const { return pointer_; } ///< A JSON pointer into the document.
    const std::string &problem() const { return problem_; } ///< Such as "is not a string".

private:
    std::string pointer_;
    std::string problem_;
};

/// Whether `name` may be the name of a source: it is part of URLs, and labels metrics.
bool isSourceName(const std::string &name);

/// The settings in `document`, with the defaults of its preset; without id, uid and version. Throws SourceInvalid.
SourceSettings sourceSettingsFrom(const Poco::JSON::Object &document);

/// All settings as a document that sourceSettingsFrom() accepts. "reader" is there if it is not that of the preset.
Poco::JSON::Object::Ptr toJson(const SourceSettings &source);

} // namespace psa::events
