#pragma once

#include "psa.h"

#include "sandbox/halopsa/halopsa_sandbox.h"

namespace psa::test {

class HaloPsa : public Psa
{
public:
    /// `configuration`: values that replace the valid ones.
    explicit HaloPsa(const Values &configuration = {});

    static PsaFacts describePsa();
    Values stored(const std::string &id) const override;
    std::size_t ticketsWith(const std::string &reference) const override;
    std::size_t createsOf(const std::string &reference) const override;
    std::size_t failedLogins() const override;
    std::string lastTicket() const override;

private:
    HaloPsa(const std::shared_ptr<sandbox::halopsa::HaloPsaSandbox> &sandbox, const Values &configuration);
    std::shared_ptr<const sandbox::halopsa::HaloPsaSandbox> sandbox() const { return sandbox_.lock(); }

    const std::weak_ptr<const sandbox::halopsa::HaloPsaSandbox> sandbox_; ///< Gone after endSimulator().
};

} // namespace psa::test
