#pragma once

#include "psa.h"

#include "sandbox/connectwise/connectwise_sandbox.h"

namespace psa::test {

class ConnectWisePsa : public Psa
{
public:
    /// `configuration`: values that replace the valid ones.
    explicit ConnectWisePsa(const Values &configuration = {});

    static PsaFacts describePsa();
    Values stored(const std::string &id) const override;
    std::size_t ticketsWith(const std::string &reference) const override;
    std::size_t createsOf(const std::string &reference) const override;
    std::size_t failedLogins() const override;
    std::string lastTicket() const override;

private:
    ConnectWisePsa(const std::shared_ptr<sandbox::connectwise::ConnectWiseSandbox> &sandbox,
                   const Values &configuration);
    const sandbox::connectwise::ConnectWiseSandbox &sandbox() const
    {
        return static_cast<const sandbox::connectwise::ConnectWiseSandbox &>(simulator());
    }
};

} // namespace psa::test
