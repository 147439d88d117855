#pragma once

#include "host/os/file_descriptor.h"

#include <filesystem>
#include <stdexcept>
#include <string>

namespace psa::os {

/// A path that others could change, or that does not lead to the expected kind of file; what() is written for the
/// operator.
class PathRefused : public std::runtime_error
{
public:
    PathRefused(std::string where, std::string wanted, std::string was, std::string what, bool missing = false);

    std::string component; ///< The folder or file at fault.
    std::string expected;
    std::string found;
    std::string advice;
    bool notFound;
};

/// What a path is for, and which rules apply to it.
struct PathRules
{
    std::string what;         ///< "a plugin file".
    std::string setting;      ///< Where it is configured: "\"files\" under [plugins]".
    int flags = 0;            ///< Flags for open(), for the last component.
    bool checkOwners = true;  ///< Each component must belong to root or to us, and nobody else may write to it.
    bool followLinks = false; ///< Links that belong to root or to us are followed, and their targets are checked.
};

/// Opens an absolute path folder by folder, and checks each component before the next one is looked up. A sticky folder
/// of root, such as /tmp, is accepted although others can write to it: there the owner of the next component matters.
/// Throws PathRefused.
FileDescriptor openTrusted(const std::filesystem::path &path, const PathRules &rules);

} // namespace psa::os
