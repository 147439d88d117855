#pragma once

#include <iosfwd>
#include <stdexcept>
#include <string>

namespace psa::secrets {

/// A secret that cannot be had; what() says why and what to do, and never holds any of it.
class SecretUnavailable : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Whose hand a secret file is from.
enum class SecretFile
{
    own,       ///< The operator's.
    credential ///< systemd's, in $CREDENTIALS_DIRECTORY.
};

// White space at the end of a secret, of line ends of whichever system too, and a byte order mark before it are not
// part of it.

/// The content of `file`. The file must be readable only by its owner, who must be root or the user of psa-host; a
/// symbolic link is followed only by what it leads to being checked. At most 64 KiB. Throws SecretUnavailable.
std::string secretFromFile(const std::string &file, SecretFile kind = SecretFile::own);

/// The environment variable `name`. Throws SecretUnavailable if it is not set or blank.
std::string secretFromEnvironment(const std::string &name);

/// One line of `in`. Throws SecretUnavailable if there is none.
std::string secretFromStream(std::istream &in);

} // namespace psa::secrets
