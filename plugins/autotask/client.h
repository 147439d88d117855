#pragma once

#include "api_error.h"
#include "common/json.h"
#include "configuration.h"
#include "zone.h"

#include <psa/cache.hpp>

#include <optional>
#include <string>
#include <vector>

namespace plugins::autotask {

/// Autotask's REST API for the length of one call. Every function throws psa::Error with what the answer means.
class Client
{
public:
    /// All three must outlive it.
    Client(psa::Host host, psa::Call &call, const Configuration &configuration)
        : host_(host), call_(call), configuration_(configuration), cache_(host)
    {
    }

    /// Where the tenant is; found at first use.
    const Zone &zone();
    /// Looks the zone up again even if it is known from before, unless the operator gave it.
    void renewZone();

    /// Reads `path` under the API's version, such as "Tickets/entityInformation".
    Object::Ptr get(const std::string &path);
    /// The rows of `entity` ("Companies") that fit `query`. An answer without rows is an error, never "none".
    Array::Ptr query(const std::string &entity, const Object &query);
    /// Creates one `entity` and returns the answer, which has its itemId. The only request that changes anything.
    Object::Ptr create(const std::string &entity, const Object &fields);

    /// Values that other instances of the connection share.
    std::optional<std::string> kept(const std::string &key);
    void keep(const std::string &key, const std::string &value);
    void forget(const std::string &key) { cache_.put(call_, key, "", 1); }
    /// Forgets what this call took from the cache: Autotask refuses what was made of it.
    void forgetUsed();

    psa::Call &call() { return call_; }
    psa::Host host() const { return host_; }

private:
    Object::Ptr exchange(const std::string &method, const std::string &path, const std::string &body, Effect effect);
    psa::HttpResponse sendOnce(const std::string &method, const std::string &path, const std::string &body,
                               Effect effect);
    bool moved();

    psa::Host host_;
    psa::Call &call_;
    const Configuration &configuration_;
    psa::Cache cache_;
    std::optional<Zone> zone_;
    std::vector<std::string> used_; ///< Keys of what came from the cache.
};

} // namespace plugins::autotask
