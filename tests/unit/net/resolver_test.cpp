#include "host/net/resolver.h"

#include "host/net/http_types.h"

#include <catch2/catch.hpp>

#include <system_error>

using namespace psa::clock;
using namespace psa::net;

namespace {

/// While `fails`, it cannot be passed to a thread, as if none could be started.
struct Fragile
{
    std::shared_ptr<bool> fails;

    explicit Fragile(std::shared_ptr<bool> flag) : fails(std::move(flag)) {}
    Fragile(const Fragile &other) : fails(other.fails)
    {
        if (*fails)
            throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    }
    Fragile(Fragile &&) = default;
    Fragile &operator=(const Fragile &) = delete;
    Fragile &operator=(Fragile &&) = delete;
    ~Fragile() = default;

    std::vector<Poco::Net::IPAddress> operator()(const std::string &) const
    {
        return {Poco::Net::IPAddress("192.0.2.1")};
    }
};

} // namespace

TEST_CASE("a shortage of threads is not a DNS failure, and does not use up the places of later queries")
{
    const auto fails = std::make_shared<bool>(false);
    SystemResolver resolver{Fragile(fails)};
    const Stop stop{RunningClock::now() + std::chrono::seconds(20), [] { return false; }};
    *fails = true;
    for (int i = 0; i < SystemResolver::maxPending + 1; ++i)
        CHECK_THROWS_AS(resolver.resolve("psa.allowed.example", stop), NetError);
    CHECK_THROWS_WITH(resolver.resolve("psa.allowed.example", stop), Catch::Contains("ulimit -u"));
    *fails = false;
    CHECK(resolver.resolve("psa.allowed.example", stop).size() == 1);
}
