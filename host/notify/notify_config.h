#pragma once

#include <string>
#include <vector>

namespace psa::notify {

/// [notify] of the configuration file: how to notify humans. Both empty = only the log.
struct NotifyConfig
{
    std::string webhook; ///< webhook: an https URL that receives each notice as a POST request with one JSON object.
    std::vector<std::string>
        command; ///< command: a program (absolute path) and its arguments; gets the object on its standard input.
};

} // namespace psa::notify
