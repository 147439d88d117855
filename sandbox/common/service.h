#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/common/human.h"
#include "sandbox/common/json_tools.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace psa::sandbox {

/// What is known about a request before it is processed.
struct RequestInfo
{
    std::string route;  ///< The pattern that it matches, or "none".
    std::string entity; ///< Its entity, such as "Tickets"; empty for none.
    std::string user;
    std::string secretFingerprint; ///< Never the secret.
    /// Fingerprint of the integration's identifier, if the PSA also treats that as a secret.
    std::string codeFingerprint{};
};

/// Held from the admission of a request until its response is sent.
struct Slot
{
    virtual ~Slot() = default;
};

/// The PSA-specific part of a simulator. Thread-safe.
class Service
{
public:
    virtual ~Service() = default;

    virtual RequestInfo describe(const Request &request) const = 0;
    /// Admits a request, or returns the response that rejects it (login, limits). Counts requests.
    virtual std::optional<Answer> enter(const Request &request, std::unique_ptr<Slot> &slot) = 0;
    /// Processes an admitted request. `hideFor`: for how long queries do not find what it creates.
    virtual Answer answer(const Request &request, std::chrono::milliseconds hideFor) = 0;
    /// The service's own error document, for a fault that needs one.
    virtual Answer failure(int status, const std::vector<std::string> &errors) const = 0;
    /// The current delay before a response, because of too much use.
    virtual std::chrono::milliseconds slowness() const = 0;

    /// What really happened, for the control endpoint.
    virtual Object::Ptr truthJson() const = 0;
    /// A change in the PSA without an API call. Throws std::invalid_argument for an unknown one.
    virtual void change(const Object &changes) = 0;
    /// What a person does in the PSA's own pages. Returns the id of what was added, otherwise the ticket's. Throws
    /// std::invalid_argument for what the PSA does not let that person do.
    virtual std::int64_t act(const HumanAct &act) = 0;
    /// Resets the tenant to its initial state.
    virtual void reset() = 0;
};

/// The create requests with one caller's reference.
struct ReferenceCount
{
    std::size_t received = 0;
    std::size_t committed = 0;
};

using ReferenceCounts = std::map<std::string, ReferenceCount>;

Object::Ptr toJson(const ReferenceCounts &references);

} // namespace psa::sandbox
