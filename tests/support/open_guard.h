#pragma once

#include "host/http/router.h"

#include <functional>
#include <memory>

namespace psa::test {

/// Admits the requests that a function admits.
class OpenGuard : public http::RequestGuard
{
public:
    using Admit = std::function<http::Admitted(http::ApiRequest &)>;

    explicit OpenGuard(Admit admit) : admit_(std::move(admit)) {}
    http::Admitted admit(http::ApiRequest &head) override { return admit_(head); }
    void refused(http::ApiRequest, const http::Problem &) const override {}

private:
    Admit admit_;
};

} // namespace psa::test
