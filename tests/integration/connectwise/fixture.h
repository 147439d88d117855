#pragma once

#include "tests/integration/common/rig.h"

#include "sandbox/connectwise/connectwise_sandbox.h"

#include <string>

namespace psa::test::connectwise {

/// A connection to the sandbox. `configuration`: values that replace the valid ones.
RigParts rigParts(const sandbox::connectwise::ConnectWiseSandbox &sandbox, const Values &configuration);

/// A ticket document with ids that ConnectWise accepts, with these members replaced; null removes one.
std::string ticket(const std::string &changes = "{}");
/// Like ticket(), but these members are in "fields".
std::string ticketWithFields(const std::string &fields);

/// The ticket as ConnectWise has it: "summary", "status/id" ...; "description" and "internal" are its first notes.
Values stored(const sandbox::connectwise::ConnectWiseSandbox &sandbox, const std::string &id);

/// A connection of the host to a sandbox; every part is real.
class Setup : public Rig
{
public:
    explicit Setup(const Values &configuration = {})
        : Setup(std::make_shared<sandbox::connectwise::ConnectWiseSandbox>(), configuration)
    {
    }

    sandbox::connectwise::ConnectWiseSandbox &sandbox() const { return *sandbox_; }

    /// Creates a ticket, so that the company is in the cache.
    void warmUp();
    /// Every create from now on gets `fault`.
    void faultCreate(const std::string &fault) { faultAt("POST", "service/tickets$", fault); }
    /// Creates a ticket, and returns it as ConnectWise has it.
    Values made(const std::string &document, const std::string &reference = "psa-host-1");

    std::size_t lookUps() const { return simulator().requests("GET login/companyinfo/{company}"); }
    std::size_t creates() const { return simulator().requests("POST service/tickets"); }
    std::size_t ticketsWith(const std::string &reference) const { return sandbox().truth().ticketsWith(reference); }

private:
    Setup(const std::shared_ptr<sandbox::connectwise::ConnectWiseSandbox> &sandbox, const Values &configuration)
        : Rig(sandbox, rigParts(*sandbox, configuration)), sandbox_(sandbox.get())
    {
    }

    sandbox::connectwise::ConnectWiseSandbox *const sandbox_; ///< Rig owns it, until endSimulator().
};

} // namespace psa::test::connectwise
