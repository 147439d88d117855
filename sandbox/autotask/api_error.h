#pragma once

#include <string>
#include <vector>

namespace psa::sandbox::autotask {

/// An answer {"errors": [...]}; 500 for everything that is wrong with a request, as the service does.
struct ApiError
{
    std::vector<std::string> errors;
    int status = 500;
};

} // namespace psa::sandbox::autotask
