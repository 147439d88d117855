#pragma once

#include <map>
#include <string>

namespace psa::http {

/// A file that the build has put into the program.
struct EmbeddedFile
{
    const char *type; ///< As Content-Type.
    const char *content;
};

/// By name; written by the build from the files in a folder.
using EmbeddedFiles = std::map<std::string, EmbeddedFile>;

} // namespace psa::http
