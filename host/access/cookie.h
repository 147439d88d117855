#pragma once

#include "host/http/message.h"

#include <string>

namespace psa::access {

/// The session in the request's cookie; "" = none.
std::string sessionIn(const http::ApiRequest &request);

/// A Set-Cookie header that stores `session` in the browser; "" deletes it. Other sites cannot cause it to be sent
/// (SameSite), scripts cannot read it (HttpOnly), and no other name or path of the host can set it (__Host-).
std::string sessionCookie(const std::string &session);

} // namespace psa::access
