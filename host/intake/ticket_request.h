#pragma once

#include "host/json/strict_json.h"

#include <Poco/JSON/Object.h>

#include <string_view>

namespace psa::host {

// The one reader of ticket requests, whichever way they come: API, command line, correction by hand.

/// `document` as a ticket request: without members that are null or blank, those of "fields" likewise, since they count
/// as not given; whole numbers as integers; checked against schema ticket-request. Throws InvalidDocument, which says
/// where and why.
Poco::JSON::Object::Ptr ticketRequestFrom(const Poco::JSON::Object &document);

/// The ticket request that `text` is. `limits`: ownText for one that was accepted before. Throws InvalidDocument.
Poco::JSON::Object::Ptr parseTicketRequest(std::string_view text, const JsonLimits &limits = {});

} // namespace psa::host
