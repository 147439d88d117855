#pragma once

#include "api_error.h"
#include "configuration.h"
#include "zone.h"

#include "common/json.h"
#include "common/kept_values.h"

#include <optional>
#include <string>

namespace psa::plugins::autotask {

/// Autotask's REST API for the duration of one call. Every function throws psa::Error with the meaning of the response.
class Client
{
public:
    /// All three must outlive it.
    Client(psa::Host host, psa::Call &call, const Configuration &configuration)
        : host_(host), call_(call), configuration_(configuration), kept_(host, call)
    {
    }

    /// The tenant's zone; determined at first use.
    const Zone &zone();
    /// Looks the zone up again even if it is cached, unless the operator configured it.
    void renewZone();

    /// Reads `path` under the API's version, such as "Tickets/entityInformation".
    Object::Ptr get(const std::string &path);
    /// The rows of `entity` ("Companies") that match `query`. A response without rows is an error, never "none".
    Array::Ptr query(const std::string &entity, const Object &query);

    // The changing requests; each returns the response, which contains an itemId. A call makes at most one of them.

    /// Creates one `entity`.
    Object::Ptr create(const std::string &entity, const Object &fields);
    /// Adds a note to a ticket.
    Object::Ptr addNote(const std::string &ticketId, const Object &fields);
    /// Sets `fields` of the ticket; all others keep their values.
    Object::Ptr change(const std::string &ticketId, Object fields);

    /// Values that other instances of the connection share.
    KeptValues &kept() { return kept_; }

    psa::Call &call() { return call_; }
    psa::Host host() const { return host_; }
    const std::string &userName() const { return configuration_.userName; }

private:
    Object::Ptr exchange(const std::string &method, const std::string &path, const std::string &body, Effect effect);
    psa::HttpResponse sendOnce(const std::string &method, const std::string &path, const std::string &body,
                               Effect effect);
    bool moved();

    psa::Host host_;
    psa::Call &call_;
    const Configuration &configuration_;
    KeptValues kept_;
    std::optional<Zone> zone_;
};

} // namespace psa::plugins::autotask
