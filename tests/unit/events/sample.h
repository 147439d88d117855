#pragma once

#include "host/events/body_tree.h"

#include <string>

namespace psa::events {

/// A sample of a sender: a file with a body alone, or with a small request ("POST /hook HTTP/1.1", headers with CRLF or LF,
/// a blank line, the body). `content` of a file whose name ends with `.json` has the content type JSON.
RawDelivery deliveryOf(const std::string &name, const std::string &content);

std::string contentOf(const std::string &path);

} // namespace psa::events
