#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace psa::net {

/// A host name pattern of a descriptor's allowedHosts. A '*' stands for one or more letters, digits or hyphens within
/// one label; a leading "*." for one or more whole labels. Everything else is compared literally, label by label, so
/// that no name of another domain ever matches. With a '*' it matches only names of the one domain that it ends with,
/// never those that others have registered below a public suffix such as co.uk or azurewebsites.net.
class HostPattern
{
public:
    /// Throws std::invalid_argument that says why: the last two labels must not contain '*', else the pattern would
    /// allow a whole top-level domain; and what follows the last '*' must not be a public suffix.
    explicit HostPattern(std::string_view text);

    /// `host`: as returned by canonicalHost().
    bool matches(std::string_view host) const;

private:
    std::vector<std::string> labels_; ///< From last to first, without a leading "*.".
    bool anyBefore_;                  ///< The pattern started with "*.".
    std::string tail_;                ///< The labels after the last '*'; "" = there is no '*'.
};

} // namespace psa::net
