// Who makes room when there are too many sessions.
#include "host/access/session_book.h"
#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

#include <vector>

using namespace psa::host;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

struct Book
{
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    SessionBook sessions{clock, systemRandom};

    /// A session that is seen later than all before it. The clock moves so little that none is over for that.
    std::string open(const std::string &tokenId)
    {
        clock->advance(1ms);
        return sessions.open(tokenId).id;
    }
    bool isOpen(const std::string &id) { return sessions.find(id).has_value(); }
};

} // namespace

TEST_CASE("signing in again and again with one token signs nobody else out", "[access]")
{
    Book book;
    const std::string other = book.open("admin");
    for (std::size_t i = 0; i <= SessionBook::most; ++i)
        book.open("reader");
    CHECK(book.isOpen(other));
}

TEST_CASE("of too many sessions of a token the one that was not seen longest ends", "[access]")
{
    Book book;
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < SessionBook::mostOfToken; ++i)
        ids.push_back(book.open("reader"));
    book.clock->advance(1ms);
    CHECK(book.isOpen(ids[0])); // and seen just now
    ids.push_back(book.open("reader"));
    CHECK(book.isOpen(ids[0]));
    CHECK_FALSE(book.isOpen(ids[1]));
    CHECK(book.isOpen(ids[2]));
    CHECK(book.isOpen(ids.back()));
}

TEST_CASE("of too many sessions in all one of the token that has most ends", "[access]")
{
    Book book;
    const std::string alone = book.open("alone");
    std::string oldestOfMany;
    for (std::size_t i = 0; i < SessionBook::mostOfToken; ++i)
    {
        const std::string id = book.open("many");
        oldestOfMany = i == 0 ? id : oldestOfMany;
    }
    for (std::size_t i = SessionBook::mostOfToken + 1; i < SessionBook::most; ++i)
        book.open("token " + std::to_string(i));
    CHECK(book.isOpen(alone));

    const std::string last = book.open("newcomer");
    CHECK(book.isOpen(last));
    CHECK(book.isOpen(alone));
    CHECK_FALSE(book.isOpen(oldestOfMany));
}
