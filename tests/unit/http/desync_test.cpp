// Ambiguous messages, which two readers could read differently, sent directly to the server: a message results in at
// most one request, and never in one embedded in it. tests/http sends the same through proxies.
#include "tests/http/desync.h"
#include "tests/http/echo_site.h"
#include "tests/support/tcp.h"

#include <catch2/catch.hpp>

#include <array>

using namespace psa::test;

namespace {

const std::string nextRequest = "GET /next HTTP/1.1\r\nHost: desync.example\r\n\r\n";

/// What happened to a message and to a request behind it on the same connection.
struct Outcome
{
    std::string answers;
    std::vector<std::string> seen;

    std::size_t count() const
    {
        std::size_t found = 0;
        for (std::size_t at = 0; (at = answers.find("\r\nCache-Control: ", at)) != std::string::npos; ++at)
            ++found;
        return found;
    }
    int status() const { return answers.size() < 12 ? 0 : std::stoi(answers.substr(9, 3)); }
    bool isRefused() const
    {
        return (status() == 400 || status() == 413 || status() == 431) && seen.empty() && count() == 1 &&
               answers.find("Connection: close") != std::string::npos;
    }
    /// The rest of the connection is read as a separate request, rejected, or ignored.
    bool isServed() const
    {
        const bool first = status() == 200 && !seen.empty() && seen[0].find("/sent") != std::string::npos;
        const bool rest = seen.size() == 1 || (seen.size() == 2 && seen[1] == "GET /next 0");
        const bool lastIsRefused = answers.rfind("HTTP/1.1 400") != std::string::npos;
        return first && rest && count() == seen.size() + (lastIsRefused ? 1 : 0);
    }
};

Outcome send(EchoSite &site, const std::string &message)
{
    Gate over;
    Socket socket = Socket::connectTo(site.port());
    socket.write(message + nextRequest, over);
    socket.finish();
    Outcome outcome;
    std::array<char, 4096> part{};
    for (;;)
    {
        const auto count = socket.read(part.data(), part.size(), over);
        if (!count || *count == 0)
            break;
        outcome.answers.append(part.data(), *count);
    }
    outcome.seen = site.takeSeen();
    return outcome;
}

} // namespace

TEST_CASE("an ambiguous message is rejected, and its connection closed", "[http][desync]")
{
    EchoSite site;
    const std::vector<DesyncForm> forms = desyncForms();
    REQUIRE(forms.size() >= 150);
    for (const DesyncForm &form : forms)
    {
        const Outcome outcome = send(site, form.bytes);
        CAPTURE(form.name, outcome.answers, outcome.seen);
        CHECK((form.served ? outcome.isServed() : outcome.isRefused()));
    }
}

TEST_CASE("no byte at any position of a message turns it into another request", "[http][desync]")
{
    using Wanted = DesyncPlace::Wanted;
    EchoSite site;
    for (const DesyncPlace &place : desyncPlaces())
        for (unsigned byte = 0; byte < 256; ++byte)
        {
            const Outcome outcome = send(site, place.with(byte));
            const Wanted wanted = place.wanted[byte];
            const bool right = (wanted != Wanted::refused && outcome.isServed()) ||
                               (wanted == Wanted::refused && outcome.isRefused()) ||
                               (wanted == Wanted::either && outcome.status() == 400);
            if (right)
                continue;
            CAPTURE(place.name, byte, outcome.answers, outcome.seen);
            CHECK(false);
        }
}
