#include "tests/chaos/fleet.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <thread>

namespace psa::test::chaos::fleet {

using namespace std::chrono_literals;
using postgres::Pooler;
using Steady = std::chrono::steady_clock;

namespace {

std::set<std::size_t> connectionsIn(const Poco::JSON::Array &leases)
{
    std::set<std::size_t> all;
    for (unsigned i = 0; i < leases.size(); ++i)
        for (std::size_t connection = 0; connection < connectionCount; ++connection)
            if (const auto lease = leases.getObject(i); lease->getValue<std::string>("kind") == "connection" &&
                                                        lease->getValue<std::string>("of") == connectionOf(connection))
                all.insert(connection);
    return all;
}

} // namespace

Database::Database()
    : standby_(primary_.createStandby()), name_(primary_.createDatabase()), session_(primary_, Pooler::Mode::session),
      transaction_(primary_, Pooler::Mode::transaction)
{
}

std::string Database::uri(std::size_t host) const
{
    return host == 0   ? primary_.failoverUri(*standby_, name_)
           : host == 1 ? session_.uri(name_)
                       : transaction_.uri(name_);
}

void Database::failOver()
{
    now_->kill();
    other_->promote();
    std::swap(now_, other_);
    session_.pointTo(*now_);
    transaction_.pointTo(*now_);
    other_->follow(*now_);
}

void Database::restartPoolers()
{
    session_.restart();
    transaction_.restart();
}

Fleet::Fleet(const Database &database)
{
    // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread of this test
    setenv("PSA_CHAOS_CALL_MS", std::to_string(std::chrono::milliseconds(callTime).count()).c_str(), 1);
    const std::vector<Psa> psas = everyPsa();
    for (std::size_t i = 0; i < hostCount; ++i)
        hosts_.at(i) = std::make_unique<World>(psas, database.uri(i), i == 0);
    REQUIRE(hosts_[0]->begin());
    for (std::size_t i = 1; i < connectionCount; ++i)
        hosts_[0]->connect(connectionOf(i), psaOf(i).plugin);
    for (std::size_t i = 1; i < hostCount; ++i)
        REQUIRE(hosts_.at(i)->begin());
    for (auto &each : available_)
        each = true;
}

Fleet::~Fleet()
{
    for (const auto &host : hosts_)
        if (host->process() != 0)
            ::kill(host->process(), SIGCONT);
    unsetenv("PSA_CHAOS_CALL_MS"); // NOLINT(concurrency-mt-unsafe)
}

const World &Fleet::available(std::size_t number) const
{
    for (std::size_t i = 0; i < hostCount; ++i)
        if (const std::size_t host = (number + i) % hostCount; available_.at(host))
            return *hosts_.at(host);
    return *hosts_.at(number % hostCount);
}

bool Fleet::freeze(std::size_t host)
{
    setAvailable(host, false);
    const pid_t process = hosts_.at(host)->process();
    return process != 0 && ::kill(process, SIGSTOP) == 0;
}

void Fleet::thaw(std::size_t host)
{
    if (const pid_t process = hosts_.at(host)->process(); process != 0)
        ::kill(process, SIGCONT);
    setAvailable(host, true);
}

void Fleet::restartEnded()
{
    for (const auto &host : hosts_)
        if (host->hasEnded())
        {
            host->launch();
            ++restarts_;
        }
}

bool Fleet::awaitAll()
{
    const auto until = Steady::now() + 60s;
    while (!std::all_of(hosts_.begin(), hosts_.end(), [](const auto &host) { return host->responds(); }))
    {
        restartEnded();
        if (Steady::now() > until)
            return false;
        std::this_thread::sleep_for(20ms);
    }
    return true;
}

std::set<std::size_t> Fleet::connectionsOf(std::size_t host, const World &asked) const
{
    const std::string name = hosts_.at(host)->folder().path().filename();
    const auto rows = documentOf(asked.ask("GET", "/v1/hosts"))->getArray("hosts");
    std::string started;
    std::set<std::size_t> all;
    for (unsigned i = 0; i < rows->size(); ++i)
        if (const auto row = rows->getObject(i);
            row->getValue<std::string>("name") == name && row->getValue<std::string>("startedAt") > started)
        {
            started = row->getValue<std::string>("startedAt"); // an earlier one has ended
            all = connectionsIn(*row->getArray("leases"));
        }
    return all;
}

bool Fleet::awaitSpread(const World &asked) const
{
    const auto isSpread = [&] {
        for (std::size_t host = 0; host < hostCount; ++host)
            if (connectionsOf(host, asked).size() != connectionCount / hostCount)
                return false;
        return true;
    };
    for (const auto until = Steady::now() + 40s; !isSpread(); std::this_thread::sleep_for(50ms))
        if (Steady::now() > until)
            return false;
    return true;
}

std::string Fleet::logged() const
{
    std::string all;
    for (const auto &host : hosts_)
        all += host->logged();
    return all;
}

} // namespace psa::test::chaos::fleet
