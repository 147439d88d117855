#pragma once

#include "tests/integration/common/rig.h"

#include "sandbox/halopsa/halopsa_sandbox.h"

#include <string>

namespace psa::test::halopsa {

/// A connection to the sandbox, which must outlive it. `configuration`: values that replace the valid ones.
RigParts rigParts(const sandbox::halopsa::HaloPsaSandbox &sandbox, const Values &configuration);

/// A ticket document with ids that HaloPSA accepts, with these members replaced; null removes one.
std::string ticket(const std::string &changes = "{}");
/// Like ticket(), but these members are in "fields", beside the ticket type.
std::string ticketWithFields(const std::string &fields);

/// The ticket as HaloPSA has it: "summary", "status_id" ...; "assets" are ids with spaces between them, "CFname" is a custom
/// field.
Values stored(const sandbox::halopsa::HaloPsaSandbox &sandbox, const std::string &id);

/// A connection of the host to a sandbox; every part is real.
class Setup : public Rig
{
public:
    explicit Setup(const Values &configuration = {})
        : Setup(std::make_shared<sandbox::halopsa::HaloPsaSandbox>(), configuration)
    {
    }

    sandbox::halopsa::HaloPsaSandbox &sandbox() const { return *sandbox_; }

    /// Creates a ticket, so that there is a token.
    void warmUp();
    /// Every create from now on, or the next `count`, gets `fault`.
    void faultCreate(const std::string &fault, int count = 0)
    {
        faultMatching(R"("method":"POST","entity":"Tickets")", fault, count);
    }
    /// Creates a ticket, and returns it as HaloPSA has it.
    Values made(const std::string &document, const std::string &reference = "psa-host-1");

    std::size_t signIns() const { return simulator().requests("POST auth/token"); }
    std::size_t creates() const { return simulator().requests("POST api/Tickets (create)"); }
    std::size_t ticketsWith(const std::string &reference) const { return sandbox().truth().ticketsWith(reference); }

private:
    Setup(const std::shared_ptr<sandbox::halopsa::HaloPsaSandbox> &sandbox, const Values &configuration)
        : Rig(sandbox, rigParts(*sandbox, configuration)), sandbox_(sandbox.get())
    {
    }

    sandbox::halopsa::HaloPsaSandbox *const sandbox_; ///< Rig owns it, until endSimulator().
};

} // namespace psa::test::halopsa
