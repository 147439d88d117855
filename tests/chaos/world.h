#pragma once

#include "host/http/message.h"
#include "tests/support/test_folder.h"

#include <Poco/JSON/Object.h>

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace psa::sandbox {
class Simulator;
}

namespace psa::test::chaos {

/// A PSA with its plugin, as a chaos test uses it.
struct Psa
{
    std::string plugin;                               ///< Id.
    std::string pluginFile;                           ///< The built library.
    std::vector<std::string> hosts;                   ///< The names that lead to the simulator.
    std::map<std::string, std::string> configuration; ///< Secrets among them.
    std::vector<std::string> secrets;                 ///< The fields that are.
    std::string ticket;                               ///< A ticket request without title and connection.
    std::string createRoute;                          ///< Where a ticket is created: a regular expression for the path.
    std::string createPattern;                        ///< The same as Simulator::requests() has it.
    std::string readPattern;                          ///< Likewise, for a ticket that is read.
    bool rateLimits = true;                           ///< Its plugin takes the PSA's word for how long to wait.
    std::shared_ptr<sandbox::Simulator> simulator;
    std::function<std::map<std::string, std::size_t>()> truth; ///< How many tickets there are with each reference.
};

Psa autotask();
Psa connectwise();

/// A psa-host that is killed and begun again, on one store and one simulator.
class World
{
public:
    explicit World(Psa psa);
    /// Kills it.
    ~World();
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    /// Begins it, and waits until it answers; with a `point`, it ends itself there. True once it answers; false if it ended
    /// before.
    bool begin(const std::string &point = "", int number = 0);
    void kill();
    /// Ends it as an operator does.
    void end();
    /// Waits until it has ended by itself, at most so many milliseconds; kills it then.
    void awaitEnd(int ms);

    /// Throws HostUnreachable.
    http::ApiResponse ask(const http::ApiRequest &request) const;
    http::ApiResponse ask(const std::string &method, const std::string &path, const std::string &body = "") const
    {
        return ask({method, path, {}, {}, body, {}, {}});
    }
    /// How many tickets are in one of the states that end by themselves.
    std::size_t moving() const;
    /// Waits until no ticket moves any more by itself. False if none of them comes to its end for so long.
    bool awaitIdle(std::chrono::milliseconds patience) const;
    /// A ticket request; `number` stands in its title.
    std::string ticketRequest(int number) const;
    /// Every ticket in the store.
    std::vector<Poco::JSON::Object::Ptr> tickets() const;

    /// Where a secret of the connection stands in a file of the host or in what it tells, in plain, in base64 or
    /// URL-encoded; "" = nowhere.
    std::string leak() const;

    /// What it has logged since the first start.
    std::string logged() const;

    const Psa &psa() const { return psa_; }
    const TestFolder &folder() const { return folder_; }

private:
    void write(const std::string &name, const std::string &text) const;
    bool hasEnded();

    Psa psa_;
    TestFolder folder_;
    pid_t pid_ = 0;
};

} // namespace psa::test::chaos
