#pragma once

#include "host/json/strict_json.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <string>
#include <string_view>

namespace psa::service {

// Ticket requests from all sources: API, command line, alerts, and corrections by humans.

/// `document` as a ticket request: without null or blank members, also in "fields", because they count as not given;
/// whole numbers as integers; checked against schema ticket-request. Throws InvalidDocument, which says where and why.
Poco::JSON::Object::Ptr ticketRequestFrom(const Poco::JSON::Object &document);

/// Parses `text` as a ticket request. `limits`: ownText for one that was accepted before. Throws InvalidDocument.
Poco::JSON::Object::Ptr parseTicketRequest(std::string_view text, const json::JsonLimits &limits = {});

/// `request` with corrections applied. `changes`: members of a ticket request, those of "fields" one by one; null or a
/// blank text removes a value, so that the ticket default applies. Throws InvalidDocument if the result is not a valid
/// request.
Poco::JSON::Object::Ptr corrected(const Poco::JSON::Object &request, const Poco::JSON::Object &changes);

/// Distinguishes different requests under one key: the SHA-256 of the canonical form, in hex. `request`: as returned by
/// parseTicketRequest(); "key" and "connection" are ignored.
std::string fingerprintOf(const Poco::Dynamic::Var &request);

} // namespace psa::service
