#pragma once

#include "host/net/transport.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace psa::test {

/// A PSA in memory, in place of the network: keeps every ticket with its reference, and does to requests what a test
/// tells it. From any thread.
class FakePsa : public net::Transport
{
public:
    /// What becomes of one request that creates a ticket.
    struct Fate
    {
        bool commits = true;   ///< The ticket is made.
        bool answers = true;   ///< The answer comes back.
        bool leaves = true;    ///< The request gets there at all.
        unsigned status = 201; ///< Of the answer; nothing is made unless it is 201, or `anyway`.
        int hiddenFor = 0;     ///< So many looks do not find the ticket yet.
        unsigned retryAfterMs = 0;
        std::string words = {}; ///< The body of the answer, in place of the ticket's id; see relay.cpp.
        bool anyway = false;    ///< It is made, whatever the status says.
    };

    /// Decides on each request that creates a ticket with `reference`; by default all goes well.
    std::function<Fate(const std::string &reference)> fate = [](const std::string &) { return Fate{}; };
    /// The status of every read; 200 = as it should be, 0 = no answer.
    std::function<unsigned()> readStatus = [] { return 200U; };
    /// The same for the number of a ticket, and what happens when it is asked for.
    std::function<unsigned(const std::string &id)> numberStatus = [](const std::string &) { return 200U; };
    /// Pages of companies by their cursor, as a plugin returns them.
    std::map<std::string, std::string> companies;

    net::HttpResponse exchange(const net::HttpsUrl &url, const net::HttpRequest &request,
                               const net::Stop &stop) override;

    /// How many tickets there are with each reference.
    std::map<std::string, int> counts() const;
    /// So many requests came, of both kinds.
    int creates() const;
    int reads() const;
    /// Of those that were for the number of a ticket or for companies: their paths, in order.
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
