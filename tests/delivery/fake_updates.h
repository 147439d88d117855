#pragma once

#include "host/net/http_types.h"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace psa::test {

/// The notes, status and human activity of the tickets of a FakePsa. Not thread-safe.
class FakeUpdates
{
public:
    /// The fate of one request that writes a note or sets a status.
    struct Fate
    {
        bool commits = true;
        bool answers = true;
        bool leaves = true;
        unsigned status = 200;             ///< Of the response; nothing is done unless it is 200.
        std::chrono::seconds hiddenFor{0}; ///< For how long the note cannot be found.
    };
    struct Note
    {
        std::string id;
        std::string ticket;
        std::string reference;
        std::string text;
        std::string visibility;
        std::chrono::steady_clock::time_point visibleFrom;
    };
    struct Ticket
    {
        std::string status = "Open";
        int humanActs = 0;
        std::vector<std::string> set; ///< Every status that was set by a request, in order.
    };

    std::function<Fate(const std::string &reference)> noteFate = [](const std::string &) { return Fate{}; };
    std::function<Fate(const std::string &ticket)> statusFate = [](const std::string &) { return Fate{}; };
    /// What a workflow rule makes of a status that is set.
    std::function<std::string(const std::string &status)> rule = [](const std::string &status) { return status; };
    unsigned activityStatus = 200; ///< Of the response to reading what humans did.
    std::function<std::chrono::steady_clock::time_point()> now;
    std::vector<Note> notes;
    std::map<std::string, Ticket> tickets;
    int requests = 0;

    /// Treats "/notes/...", "/status/..." and "/activity/..."; false for others.
    bool exchange(const std::string &target, const net::HttpRequest &request, net::HttpResponse &response);

    void humanSets(const std::string &ticket, const std::string &status)
    {
        tickets[ticket].status = status;
        ++tickets[ticket].humanActs;
    }

private:
    net::HttpResponse addNote(const std::string &ticket, const std::string &body);
    net::HttpResponse findNotes(const std::string &ticket, const std::string &reference) const;
    net::HttpResponse removeNote(const std::string &id);
    net::HttpResponse setStatus(const std::string &ticket, const std::string &status);

    int nextId_ = 1;
};

} // namespace psa::test
