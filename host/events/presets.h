#pragma once

#include "host/json/safe_pattern.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace psa::events {

/// A kind of sender that the program knows: how its deliveries are read, and what its operator has to know. See
/// presets/<name>/preset.json.
struct Preset
{
    std::string name;  ///< Of its folder.
    std::string title; ///< The sender's own name.
    std::string description;
    std::vector<std::string> senders; ///< Programs that send this form.
    std::string readerJq;             ///< The program that reads its deliveries.
    /// Whole values that mean "not set".
    std::vector<json::SafePattern> placeholders;
    bool localTime = false;                  ///< Its times have no offset: a source needs a time zone.
    bool repeats = false;                    ///< It sends a problem again and again while it lasts.
    int staleAfterHours = 168;               ///< Default of a source.
    std::string retries;                     ///< What the sender does if a delivery cannot be taken: one sentence.
    bool losesOnFailure = true;              ///< Then a delivery that could not be taken is lost.
    std::vector<std::string> authentication; ///< What the sender can do: "token", "url", "signature".
    Poco::JSON::Object::Ptr signature;   ///< How it signs: header, timestampHeader, maxAgeSeconds, covers; may be null.
    Poco::JSON::Array::Ptr settings;     ///< name, label, type, default, help of each.
    Poco::JSON::Array::Ptr instructions; ///< title, text, kind of each; with {{url}} and {{token}} to be filled in.
    Poco::JSON::Object::Ptr document;    ///< preset.json as a whole.
};

/// All presets by name, as compiled into the program. Read at first use. Throws std::runtime_error if one is damaged.
/// Thread-safe.
const std::map<std::string, Preset> &presets();

/// The default values of the settings of `preset`, by name.
Poco::JSON::Object::Ptr defaultSettings(const Preset &preset);

} // namespace psa::events
