#pragma once

#include <string>
#include <vector>

namespace psa::sandbox::autotask {

/// A response {"errors": [...]}; 500 for everything that is wrong with a request, as in the real service.
struct ApiError
{
    std::vector<std::string> errors;
    int status = 500;
};

} // namespace psa::sandbox::autotask
