#pragma once

#include <map>
#include <string>

namespace psa::events {

struct EmbeddedPreset
{
    const char *document; ///< preset.json
    const char *reader;   ///< reader.jq
};

/// The folders of presets/ by name, compiled into the program by cmake/embed_presets.cmake.
extern const std::map<std::string, EmbeddedPreset> embeddedPresets;

} // namespace psa::events
