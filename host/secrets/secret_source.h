#pragma once

#include <iosfwd>
#include <stdexcept>
#include <string>

namespace psa::secrets {

/// An unavailable secret; what() says why and what to do, and never contains any part of it.
class SecretUnavailable : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Who provides a secret file.
enum class SecretFile
{
    own,       ///< The operator.
    credential ///< systemd, in $CREDENTIALS_DIRECTORY.
};

// White space at the end of a secret, including line ends of any system, and a leading byte order mark are not part of
// it.

/// The content of `file`. The file must be readable only by its owner, who must be root or the user of psa-host; a
/// symbolic link is followed, and its target is checked. At most 64 KiB. Throws SecretUnavailable.
std::string secretFromFile(const std::string &file, SecretFile kind = SecretFile::own);

/// The environment variable `name`. Throws SecretUnavailable if it is not set or blank.
std::string secretFromEnvironment(const std::string &name);

/// One line of `in`. Throws SecretUnavailable if there is none.
std::string secretFromStream(std::istream &in);

} // namespace psa::secrets
