#pragma once

#include "host/connection/live_connection.h"
#include "host/delivery/connection_queue.h"
#include "host/http/message.h"
#include "host/service/ticket_service.h"
#include "host/store/audit_entry.h"
#include "host/ticket/ticket.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <optional>
#include <string>
#include <vector>

namespace psa::api {

// Documents of the API: what of a thing is shown, and under which names.

/// "2026-11-24T17:00:00.000Z".
std::string timeText(clock::Clock::Wall time);
/// Nothing for a text that is no RFC 3339 date and time with an offset, such as "2026-11-24T17:00:00Z", of the years 1970
/// to 2259.
std::optional<clock::Clock::Wall> timeFrom(const std::string &text);

Poco::JSON::Array::Ptr textsView(const std::vector<std::string> &texts);
/// Warnings of a ticket, in which its default company is called what the PSA calls it. `company`: as the ticket names it;
/// `label`: "" = not known.
Poco::JSON::Array::Ptr warningsView(std::vector<std::string> warnings, const std::string &company,
                                    const std::string &label);

/// `documents`: with the request and the built ticket.
Poco::JSON::Object::Ptr toView(const ticket::StoredTicket &ticket, bool documents,
                               const std::optional<service::Waiting> &waiting = std::nullopt);
Poco::JSON::Object::Ptr toView(const service::DryRun &run);
/// Without any secret: of those only whether there is a value.
Poco::JSON::Object::Ptr toView(const connection::LiveConnection &connection, const delivery::QueueStatus &queue);
Poco::JSON::Object::Ptr toView(const store::AuditEntry &entry);

/// An answer with `object` as its body.
http::ApiResponse toAnswer(const Poco::JSON::Object &object, int status = 200);

} // namespace psa::api
