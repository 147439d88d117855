#include "host/service/reference.h"

#include <catch2/catch.hpp>

#include <set>

using namespace psa::clock;
using namespace psa::service;
using namespace std::chrono_literals;

namespace {

void zeros(unsigned char *bytes, std::size_t size)
{
    std::fill_n(bytes, size, static_cast<unsigned char>(0));
}

} // namespace

TEST_CASE("references sort by the time of their creation", "[reference]")
{
    CHECK(makeReference(Clock::Wall(0ms), zeros) == "00000000000000000000000000");
    CHECK(makeReference(Clock::Wall(33ms), zeros) == "00000000110000000000000000");
    std::string before;
    for (const auto time : {0ms, 1ms, 31ms, 32ms, 1023ms, 1024ms, 1767225600000ms, 1767225600001ms})
    {
        const std::string reference = makeReference(Clock::Wall(time));
        CHECK(reference > before);
        before = reference;
    }
}

TEST_CASE("references of the same moment differ, and each fits every PSA's field", "[reference]")
{
    std::set<std::string> all;
    for (int i = 0; i < 1000; ++i)
        all.insert(makeReference(Clock::Wall(1767225600000ms)));
    CHECK(all.size() == 1000);
    for (const std::string &each : all)
    {
        CHECK(each.size() == 26);
        CHECK(each.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ") == std::string::npos);
    }
}

TEST_CASE("the reference for a key is always the same, and differs for another connection or key", "[reference]")
{
    CHECK(referenceForKey("acme", "k") == "KAB05QTJDM7260YXKWSQ871CBN");
    CHECK(referenceForKey("acme", "k") != referenceForKey("acme", "l"));
    CHECK(referenceForKey("acme", "k") != referenceForKey("acm", "ek"));
}
