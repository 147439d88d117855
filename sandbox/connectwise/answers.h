#pragma once

#include "sandbox/common/html.h"
#include "sandbox/common/http_message.h"
#include "sandbox/common/json_tools.h"
#include "sandbox/connectwise/api_error.h"

namespace psa::sandbox::connectwise {

Answer json(int status, const Var &body);
Answer plainText(int status, const std::string &body);
Answer errorAnswer(const ApiError &error);
/// The response of the service's front end to an unknown path or company.
Answer cannotRoute();

} // namespace psa::sandbox::connectwise
