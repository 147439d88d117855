#pragma once

#include <string>
#include <vector>

namespace psa::notify {

/// [notify] of the configuration file: whom to tell what needs a human. Both empty = only the log.
struct NotifyConfig
{
    std::string webhook; ///< webhook: an https URL that takes a POST of one JSON object.
    std::vector<std::string>
        command; ///< command: a program, absolute, and its arguments; gets the object on its input.
};

} // namespace psa::notify
