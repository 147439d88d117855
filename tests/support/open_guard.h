#pragma once

#include "host/http/router.h"

#include <functional>
#include <memory>

namespace psa::test {

/// Lets in whomever a function lets in.
class OpenGuard : public host::RequestGuard
{
public:
    using Admit = std::function<host::Admitted(host::ApiRequest &)>;

    explicit OpenGuard(Admit admit) : admit_(std::move(admit)) {}
    host::Admitted admit(host::ApiRequest &head) override { return admit_(head); }
    void refused(host::ApiRequest, const host::Problem &) const override {}

private:
    Admit admit_;
};

} // namespace psa::test
