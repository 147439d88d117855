#pragma once

#include "host/net/http_types.h"

#include <Poco/Net/IPAddress.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace psa::net {

/// Resolves names to addresses.
class Resolver
{
public:
    virtual ~Resolver() = default;

    /// All addresses of `host`, in the order in which to try them; at least one. Throws NetError: dns, timeout or
    /// cancelled. Thread-safe.
    virtual std::vector<Poco::Net::IPAddress> resolve(const std::string &host, const Stop &stop) = 0;
};

/// Uses the system's resolver. getaddrinfo has no deadline and cannot be interrupted, so each query runs on its own
/// thread, which is abandoned if it does not return in time; at most `maxPending` of them.
class SystemResolver : public Resolver
{
public:
    static constexpr int maxPending = 32;

    /// The addresses of a name. Throws NetError (dns). May block indefinitely; called on a separate thread.
    using LookUp = std::function<std::vector<Poco::Net::IPAddress>(const std::string &host)>;

    /// `lookUp`: getaddrinfo, unless a test replaces it.
    explicit SystemResolver(LookUp lookUp = systemLookUp);
    std::vector<Poco::Net::IPAddress> resolve(const std::string &host, const Stop &stop) override;

    static std::vector<Poco::Net::IPAddress> systemLookUp(const std::string &host);

private:
    struct Question;
    static void ask(const LookUp &lookUp, const std::string &host, Question &question);
    std::shared_ptr<Question> begin(const std::string &host) const;

    LookUp lookUp_;
    std::shared_ptr<std::atomic<int>> pending_;
};

} // namespace psa::net
