#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace psa::host {

/// A host name pattern of a descriptor's allowedHosts. A '*' stands for one or more letters, digits or hyphens within
/// one label; a leading "*." for one or more whole labels. Everything else is compared as it is, label by label, so
/// that no name of another domain ever matches.
class HostPattern
{
public:
    /// Throws std::invalid_argument that says why: the last two labels must be free of '*', else the pattern would open
    /// a whole top-level domain.
    explicit HostPattern(std::string_view text);

    /// `host`: as canonicalHost() gives it.
    bool matches(std::string_view host) const;

private:
    std::vector<std::string> labels_; ///< From the last to the first, without a leading "*.".
    bool anyBefore_;                  ///< It began with "*.".
};

} // namespace psa::host
