#pragma once

#include "api_error.h"
#include "configuration.h"
#include "sign_in.h"

#include "common/json.h"
#include "common/kept_values.h"

#include <functional>
#include <string>

namespace psa::plugins::halopsa {

/// HaloPSA's REST API for the duration of one call. Every function throws psa::Error with the meaning of the response.
/// Paths are below /api, such as "Tickets/7".
class Client
{
public:
    /// `call` and `configuration` must outlive it.
    Client(psa::Host host, psa::Call &call, const Configuration &configuration)
        : host_(host), call_(call), configuration_(configuration), kept_(host, call),
          signIn_(host, call, configuration, kept_)
    {
    }
    ~Client() = default;
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    /// Reads one record.
    Object::Ptr get(const std::string &path);
    /// Reads a list that HaloPSA returns whole; `name`: the member with the rows in versions that return an object.
    Array::Ptr list(const std::string &path, const std::string &name);
    /// Reads a part of a list, which HaloPSA returns in an object.
    Rows page(const std::string &path, const std::string &name);
    /// The rows on all pages of `path`, which has a query, each id once. Throws psa::Error(PSA_UNAVAILABLE) if they are
    /// more than a plugin should read.
    Array::Ptr everyRow(const std::string &path, const std::string &name);

    // The changing requests, of which a call may send one. Each sends an array of one, and returns the record.

    Object::Ptr createTicket(const Object &fields);
    /// Sets `fields` of the ticket; all others keep their values.
    Object::Ptr changeTicket(std::int64_t ticket, Object fields);
    /// Adds a note.
    Object::Ptr addAction(const Object &fields);
    /// Deletes a note.
    void removeAction(std::int64_t ticket, std::int64_t action);

    /// The URL at which a person opens the ticket.
    std::string ticketUrl(const std::string &id) const { return "https://" + configuration_.host + "/ticket?id=" + id; }
    /// Values that other instances of the connection share.
    KeptValues &kept() { return kept_; }
    SignIn &signIn() { return signIn_; }
    psa::Call &call() { return call_; }
    const Configuration &configuration() const { return configuration_; }

private:
    struct Answer
    {
        psa::HttpResponse response;
        Exchange exchange;
    };
    Answer exchange(const std::string &method, const std::string &path, const std::string &body, Effect effect);
    psa::HttpResponse sendOnce(const std::string &method, const std::string &path, const std::string &body,
                               Effect effect);
    Object::Ptr post(const std::string &path, const Object &fields, Effect effect);
    bool hasNewRights(const psa::HttpResponse &response, Effect effect);

    psa::Host host_;
    psa::Call &call_;
    const Configuration &configuration_;
    KeptValues kept_;
    SignIn signIn_;
};

/// A path with a query: pathWith("Site", {{"client_id", "7"}}).
std::string pathWith(const std::string &path, std::initializer_list<std::pair<const char *, std::string>> query);

/// The rows of a page that HaloPSA accepts at most.
constexpr std::size_t fullPage = 100;

} // namespace psa::plugins::halopsa
