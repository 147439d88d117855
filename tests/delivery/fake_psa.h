#pragma once

#include "host/net/http_types.h"
#include "tests/delivery/fake_updates.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace psa::test {

/// A PSA in memory, instead of the network: keeps every ticket with its reference, and treats requests as a test says.
/// Thread-safe.
class FakePsa : public net::Transport
{
public:
    /// The fate of one request that creates a ticket.
    struct Fate
    {
        bool commits = true;   ///< The ticket is created.
        bool answers = true;   ///< The response arrives.
        bool leaves = true;    ///< The request arrives.
        unsigned status = 201; ///< Status of the response; nothing is created unless it is 201, or `anyway` is set.
        int hiddenFor = 0;     ///< Number of lookups that do not find the ticket yet.
        unsigned retryAfterMs = 0;
        std::string words = {}; ///< The body of the response, instead of the ticket's id; see relay.cpp.
        bool anyway = false;    ///< It is created, whatever the status.
    };

    /// Decides the fate of each request that creates a ticket with `reference`; by default it succeeds.
    std::function<Fate(const std::string &reference)> fate = [](const std::string &) { return Fate{}; };
    /// The status of every read; 200 = normal, 0 = no response.
    std::function<unsigned()> readStatus = [] { return 200U; };
    /// The same for reading the number of a ticket; may also act when it is called.
    std::function<unsigned(const std::string &id)> numberStatus = [](const std::string &) { return 200U; };
    /// Pages of companies by their cursor, as a plugin returns them.
    std::map<std::string, std::string> companies;

    /// What happens to its tickets after their creation. Used under the lock of this object.
    FakeUpdates updates;

    net::HttpResponse exchange(const net::HttpsUrl &url, const net::HttpRequest &request,
                               const net::Stop &stop) override;

    /// Number of tickets with each reference.
    std::map<std::string, int> counts() const;
    /// Number of received requests, of both kinds.
    int creates() const;
    int reads() const;
    /// Paths of the requests for the number of a ticket or for companies, in order.
    std::vector<std::string> namesAsked() const;

private:
    net::HttpResponse create(const std::string &reference);
    net::HttpResponse read(const std::string &target);
    net::HttpResponse readName(const std::string &target);

    struct Ticket
    {
        std::string id;
        std::string reference;
        int hiddenFor = 0;
    };
    mutable std::mutex mutex_;
    std::vector<Ticket> tickets_;
    int creates_ = 0;
    int reads_ = 0;
    std::vector<std::string> namesAsked_;
};

} // namespace psa::test
