#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/common/json_tools.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace psa::sandbox {

/// What a request is, before anything is done with it.
struct RequestInfo
{
    std::string route;  ///< The pattern that it fits, or "none".
    std::string entity; ///< Whose it is, such as "Tickets"; empty for none.
    std::string user;
    std::string secretFingerprint; ///< Never the secret.
    std::string codeFingerprint{}; ///< Of what identifies the integration, where the PSA keeps that secret too.
};

/// Held from the moment that a request is let in until its answer is sent.
struct Slot
{
    virtual ~Slot() = default;
};

/// The part of a simulator that knows its PSA. Every function may be called from any thread.
class Service
{
public:
    virtual ~Service() = default;

    virtual RequestInfo describe(const Request &request) const = 0;
    /// Lets a request in, or gives the answer that refuses it (login, limits). Counts what arrives.
    virtual std::optional<Answer> enter(const Request &request, std::unique_ptr<Slot> &slot) = 0;
    /// Does the work of a request that was let in. `hideFor`: how long queries do not find what it creates.
    virtual Answer answer(const Request &request, std::chrono::milliseconds hideFor) = 0;
    /// The service's own words for a failure of its own, for a fault that wants them.
    virtual Answer failure(int status, const std::vector<std::string> &errors) const = 0;
    /// How long the service dawdles before an answer, for being used too much.
    virtual std::chrono::milliseconds slowness() const = 0;

    /// What really happened, for the control endpoint.
    virtual Object::Ptr truthJson() const = 0;
    /// Changes at the PSA that no API call makes. Throws std::invalid_argument for a change that is not known.
    virtual void change(const Object &changes) = 0;
    /// Back to the tenant as it was at the start.
    virtual void reset() = 0;
};

} // namespace psa::sandbox
