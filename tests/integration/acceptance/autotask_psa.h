#pragma once

#include "psa.h"

#include "sandbox/autotask/autotask_sandbox.h"

namespace psa::test {

class AutotaskPsa : public Psa
{
public:
    /// `configuration`: values that replace the valid ones.
    explicit AutotaskPsa(const Values &configuration = {});

    static PsaFacts describePsa();
    Values stored(const std::string &id) const override;
    std::size_t ticketsWith(const std::string &reference) const override;
    std::size_t createsOf(const std::string &reference) const override;
    std::size_t failedLogins() const override;
    std::string lastTicket() const override;

private:
    AutotaskPsa(const std::shared_ptr<sandbox::autotask::AutotaskSandbox> &sandbox, const Values &configuration);
    const sandbox::autotask::AutotaskSandbox &sandbox() const
    {
        return static_cast<const sandbox::autotask::AutotaskSandbox &>(simulator());
    }
};

} // namespace psa::test
