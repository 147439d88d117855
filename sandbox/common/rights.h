#pragma once

#include <Poco/String.h>

#include <set>
#include <string>

namespace psa::sandbox {

/// What the API user may not do, such as "Tickets create", ignoring case. Not thread-safe.
class Rights
{
public:
    void revoke(const std::string &right) { revoked_.insert(Poco::toLower(right)); }
    void grant(const std::string &right) { revoked_.erase(Poco::toLower(right)); }
    void clear() { revoked_.clear(); }
    /// `what`: "create", "query", "update" or "delete".
    bool may(const std::string &entity, const std::string &what) const
    {
        return !revoked_.contains(Poco::toLower(entity + " " + what));
    }

private:
    std::set<std::string> revoked_;
};

} // namespace psa::sandbox
