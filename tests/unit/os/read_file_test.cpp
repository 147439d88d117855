// Nothing that a person names is read without limit.
#include "host/cli/ticket_request_reader.h"
#include "host/config/toml_reader.h"
#include "host/net/recording.h"
#include "host/os/read_file.h"
#include "host/secrets/secret_source.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

using namespace psa::cli;
using namespace psa::config;
using namespace psa::net;
using namespace psa::os;
using namespace psa::secrets;
using Catch::Contains;

TEST_CASE("an endless file is an error at the reader's limit, and does not exhaust memory")
{
    std::ifstream endless("/dev/zero");
    TicketOptions ticket;
    ticket.file = "/dev/zero";
    CHECK_THROWS_WITH(readTicketRequest(ticket, {}, endless), Contains("/dev/zero cannot be read: it has more than "));
    ticket.file = "-";
    CHECK_THROWS_WITH(readTicketRequest(ticket, {}, endless), Contains("standard input cannot be read: it has more"));
    CHECK_THROWS_AS(TomlReader("/dev/zero"), ConfigError);
    CHECK_THROWS_WITH(TomlReader("/dev/zero"), Contains("/dev/zero cannot be read: it has more than "));
    CHECK_THROWS_WITH(forEachRecordedLine("/dev/zero", [](const Poco::JSON::Object &) {}),
                      Contains("/dev/zero:1: ") && Contains("a line has more than 134217728 bytes"));
    CHECK_THROWS_AS(secretFromStream(endless), SecretUnavailable);
    CHECK_THROWS_AS(secretFromFile("/dev/zero"), SecretUnavailable);
}

TEST_CASE("a file of exactly the maximum size is read completely, a larger one is an error")
{
    const std::string large(40000, 'x'); // more than one read
    for (const std::string &text : {std::string("0123456789"), large})
    {
        std::istringstream fits(text);
        CHECK(readStream(fits, text.size()) == text);
        std::istringstream longer(text);
        CHECK_THROWS_WITH(readStream(longer, text.size() - 1), Contains("it has more than"));
        std::istringstream lines(text + "\n\nlast");
        CHECK(readLine(lines, text.size()) == text);
        CHECK(readLine(lines, text.size()) == "");
        CHECK(readLine(lines, text.size()) == "last");
        CHECK(!readLine(lines, text.size()));
        std::istringstream line(text + "\n");
        CHECK_THROWS_WITH(readLine(line, text.size() - 1), Contains("a line has more than"));
    }
    const std::string block((1 << 14) - 1, 'x'); // exactly one read
    std::istringstream exact(block + "\nnext\n");
    CHECK(readLine(exact, block.size()) == block);
    CHECK(readLine(exact, block.size()) == "next");
    CHECK(!readLine(exact, block.size()));
}
