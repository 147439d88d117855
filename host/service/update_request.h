#pragma once

#include "host/connection/update_settings.h"
#include "host/ticket/operation.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::service {

/// What can be asked for a ticket after it was submitted.
enum class Update
{
    note,
    change,
    resolve,
    reopen
};

/// "note", "change", "resolve", "reopen".
const char *toText(Update update);

/// What can be asked for the tickets of a connection, or for one of them.
struct PossibleUpdates
{
    std::vector<Update> can;          ///< Without further values: resolve and reopen need a status of the connection.
    std::string why;                  ///< Why nothing can be asked; "" = something can.
    std::vector<std::string> changes; ///< The values that a change can set.
};

/// `connection`: with a plugin. Throws UpdateNotSupported.
PossibleUpdates updatesOf(const connection::LiveConnection &connection);

/// `document` as a request for an update: without null and blank members, checked against its schema (note-request,
/// change-request, resolve-request, reopen-request). Throws InvalidDocument, which says where and why.
Poco::JSON::Object::Ptr updateRequestFrom(Update update, const Poco::JSON::Object &document);

/// The operations that carry out `request`, in their order, without references. The key is that of the last one.
/// `connection`: with a plugin. Throws UpdateNotSupported if its plugin cannot do that, and ValueRefused for a request
/// that names nothing to set.
std::vector<ticket::NewOperation> operationsFor(Update update, const Poco::JSON::Object &request,
                                                const connection::LiveConnection &connection, const std::string &key);

} // namespace psa::service
