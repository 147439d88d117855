#pragma once

#include "sandbox/common/html.h"
#include "sandbox/common/http_message.h"
#include "sandbox/common/json_tools.h"
#include "sandbox/connectwise/api_error.h"

namespace psa::sandbox::connectwise {

Answer json(int status, const Var &body);
Answer plainText(int status, const std::string &body);
Answer errorAnswer(const ApiError &error);
/// What the front of the service says of a path or company that leads nowhere.
Answer cannotRoute();

} // namespace psa::sandbox::connectwise
