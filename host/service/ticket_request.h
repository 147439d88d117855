#pragma once

#include "host/json/strict_json.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <string>
#include <string_view>

namespace psa::service {

// Ticket requests, whichever way they come in: API, command line, alerts, correction by a person.

/// `document` as a ticket request: without members that are null or blank, those of "fields" likewise, since they count
/// as not given; whole numbers as integers; checked against schema ticket-request. Throws InvalidDocument, which says
/// where and why.
Poco::JSON::Object::Ptr ticketRequestFrom(const Poco::JSON::Object &document);

/// The ticket request that `text` is. `limits`: ownText for one that was accepted before. Throws InvalidDocument.
Poco::JSON::Object::Ptr parseTicketRequest(std::string_view text, const json::JsonLimits &limits = {});

/// `request` as somebody has corrected it. `changes`: members of a ticket request, those of "fields" one by one;
/// null and a blank text take a value out, so that the ticket default counts. Throws InvalidDocument if no request comes
/// of it.
Poco::JSON::Object::Ptr corrected(const Poco::JSON::Object &request, const Poco::JSON::Object &changes);

/// What tells two requests under one key apart: the SHA-256 of the canonical form, in hex. `request`: as
/// parseTicketRequest() gives it; its "key" and "connection" do not count.
std::string fingerprintOf(const Poco::Dynamic::Var &request);

} // namespace psa::service
