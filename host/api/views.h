#pragma once

#include "host/connection/connection.h"
#include "host/delivery/connection_queue.h"
#include "host/http/message.h"
#include "host/service/ticket_service.h"
#include "host/store/audit_entry.h"
#include "host/store/event_records.h"
#include "host/ticket/ticket.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <optional>
#include <string>
#include <vector>

namespace psa::api {

// Documents of the API: which data is shown, and under which names.

/// "2026-11-24T17:00:00.000Z".
std::string timeText(clock::Clock::Wall time);
/// nullopt unless the text is an RFC 3339 date and time with an offset, such as "2026-11-24T17:00:00Z", of the years
/// 1970 to 2259.
std::optional<clock::Clock::Wall> timeFrom(const std::string &text);

/// Warnings of a ticket, with the PSA's label for its default company. `company`: as in the ticket; `label`: "" = not
/// known.
Poco::JSON::Array::Ptr warningsView(std::vector<std::string> warnings, const std::string &company,
                                    const std::string &label);

/// `documents`: include the request and the built ticket.
Poco::JSON::Object::Ptr toView(const ticket::StoredTicket &ticket, bool documents,
                               const std::optional<service::Waiting> &waiting = std::nullopt);
Poco::JSON::Object::Ptr toView(const service::DryRun &run);
/// A note or a change.
Poco::JSON::Object::Ptr toView(const ticket::StoredOperation &operation,
                               const std::optional<service::Waiting> &waiting = std::nullopt);
Poco::JSON::Object::Ptr toView(const ticket::TicketWatch &watch);
Poco::JSON::Object::Ptr toView(const service::PossibleUpdates &possible);
Poco::JSON::Object::Ptr toView(const service::UpdateDryRun &run);
/// Without secrets: only whether they have a value.
Poco::JSON::Object::Ptr toView(const connection::LiveConnection &connection, const delivery::QueueStatus &queue);
Poco::JSON::Object::Ptr toView(const store::AuditEntry &entry);
/// What was decided about an event, without what it says.
Poco::JSON::Object::Ptr eventSummary(const store::StoredEvent &event);

/// A response with `object` as its body.
http::ApiResponse toAnswer(const Poco::JSON::Object &object, int status = 200);

} // namespace psa::api
