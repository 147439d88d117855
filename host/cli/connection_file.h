#pragma once

#include <Poco/JSON/Object.h>

#include <filesystem>
#include <iosfwd>
#include <set>
#include <string>

namespace psa::cli {

/// A connection as described in a file, before it is checked against the plugin's forms.
struct ConnectionFile
{
    std::string name;   ///< "name", or the file name without its extension.
    std::string plugin; ///< Id, id@version or path of a build.
    Poco::JSON::Object::Ptr configuration;
    Poco::JSON::Object::Ptr ticketDefaults;
    std::set<std::string> referred; ///< Configuration fields whose values came from a reference.
};

/// Whether `text` names a file that describes a connection. Otherwise it is the name of a stored one.
bool isConnectionFile(const std::string &text);

/// Reads `file` (TOML: name, plugin, [configuration], [ticket_defaults]). Instead of a string a value may be a
/// reference to a secret: { file = "/path" }, { env = "NAME" } or { stdin = true }, which reads one line of `in`.
/// Throws ConfigError with a line for each mistake.
ConnectionFile readConnectionFile(const std::filesystem::path &file, std::istream &in);

} // namespace psa::cli
