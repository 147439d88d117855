#pragma once

#include "tests/integration/common/rig.h"

#include "sandbox/autotask/autotask_sandbox.h"
#include "tests/sandbox/client.h"

#include <string>

namespace psa::test::autotask {

/// A connection to the sandbox: the lookup host and the zones 5 and 6. `configuration`: values that replace the valid
/// ones.
RigParts rigParts(const sandbox::autotask::AutotaskSandbox &sandbox, const Values &configuration);

/// A ticket document that Autotask accepts, with these members replaced; null removes one.
std::string ticket(const std::string &changes = "{}");
/// Like ticket(), but these members are in "fields".
std::string ticketWithFields(const std::string &fields);

/// The ticket as Autotask has it.
sandbox::Object::Ptr stored(const sandbox::autotask::AutotaskSandbox &sandbox, const std::string &id);

/// A connection of the host to a sandbox; every part is real.
class Setup : public Rig
{
public:
    explicit Setup(const Values &configuration = {})
        : Setup(std::make_shared<sandbox::autotask::AutotaskSandbox>(), configuration)
    {
    }

    sandbox::autotask::AutotaskSandbox &sandbox() const { return *sandbox_; }

    /// Creates a ticket, so that zone and fields are in the cache.
    void warmUp();
    /// Every create from now on gets `fault`.
    void faultCreate(const std::string &fault) { Rig::faultAt("POST", "V1.0/Tickets$", fault); }
    void faultAt(const std::string &route, const std::string &fault) { Rig::faultAt("", route, fault); }

    sandbox::Object::Ptr stored(const std::string &id) const { return autotask::stored(sandbox(), id); }
    std::size_t ticketsWith(const std::string &reference) const { return sandbox().truth().ticketsWith(reference); }
    std::size_t createsOf(const std::string &reference) const
    {
        return received(sandbox().truth().references, reference);
    }
    std::size_t lookUps() const { return simulator().requests("GET V1.0/ZoneInformation"); }
    std::size_t creates() const { return simulator().requests("POST V1.0/Tickets"); }

private:
    Setup(const std::shared_ptr<sandbox::autotask::AutotaskSandbox> &sandbox, const Values &configuration)
        : Rig(sandbox, rigParts(*sandbox, configuration)), sandbox_(sandbox.get())
    {
    }

    sandbox::autotask::AutotaskSandbox *const sandbox_; ///< Rig owns it, until endSimulator().
};

} // namespace psa::test::autotask
