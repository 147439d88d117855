#include "host/delivery/operation_calls.h"

#include "host/delivery/merged_documents.h"
#include "host/json/strict_json.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

namespace psa::delivery {
namespace {

using Poco::JSON::Object;

/// Reads what humans have done to the ticket. False if that failed, or no other call is to be made.
bool isUntouched(OperationOutcome &outcome, connection::Connection &connection, const OperationWork &work,
                 const connection::CallOptions &options)
{
    outcome.call = connection.activity(work.psaTicketId, work.watch.watermark, options);
    if (!outcome.call.ok())
        return false;
    outcome.activity = activityFrom(outcome.call.result);
    return !outcome.activity->touched && outcome.activity->gone.empty();
}

std::vector<std::string> idsOf(const std::string &foundNotes)
{
    std::vector<std::string> ids;
    const auto notes = json::parseStrict(foundNotes).extract<Object::Ptr>()->getArray("notes");
    for (unsigned i = 0; i < notes->size(); ++i)
        ids.push_back(notes->getObject(i)->getValue<std::string>("id"));
    return ids;
}

OperationOutcome findNote(connection::Connection &connection, const OperationWork &work,
                          const connection::CallOptions &options)
{
    OperationOutcome outcome;
    outcome.call = connection.findNote(work.psaTicketId, work.operation.reference, options);
    if (!outcome.call.ok())
        return outcome;
    const std::vector<std::string> ids = idsOf(outcome.call.result);
    for (std::size_t i = 1; i < ids.size(); ++i)
    {
        outcome.duplicates.push_back(ids[i]);
        if (connection.plugin().offers(plugin::Verb::removeNote) &&
            connection.removeNote(work.psaTicketId, ids[i], options).ok())
            outcome.removed.push_back(ids[i]);
    }
    return outcome;
}

OperationOutcome compare(connection::Connection &connection, const OperationWork &work,
                         const connection::CallOptions &options)
{
    connection::CallOptions onlyRead = options;
    onlyRead.dryRun = true;
    OperationOutcome outcome;
    outcome.call = connection.changeTicket(work.psaTicketId, mergedDocument(work.operation, work.merged), onlyRead);
    outcome.stillDiffers = outcome.call.mutation == plugin::MutationSeen::withheld;
    if (outcome.stillDiffers)
        isUntouched(outcome, connection, work, options);
    return outcome;
}

} // namespace

OperationOutcome carryOut(connection::Connection &connection, const OperationWork &work,
                          const connection::CallOptions &options)
{
    const ticket::StoredOperation &operation = work.operation;
    const std::string document = mergedDocument(operation, work.merged);
    OperationOutcome outcome;
    if (operation.kind == ticket::OperationKind::note)
    {
        outcome.call = connection.addNote(work.psaTicketId, operation.reference, document, options);
        return outcome;
    }
    if (operation.ifUntouched && (!work.watch.touched.empty() || !isUntouched(outcome, connection, work, options)))
        return outcome;
    if (outcome.activity && outcome.activity->closed && operation.intent == "resolve")
        return outcome;
    outcome.call = connection.changeTicket(work.psaTicketId, document, options);
    return outcome;
}

OperationOutcome lookUp(connection::Connection &connection, const OperationWork &work,
                        const connection::CallOptions &options)
{
    return work.operation.kind == ticket::OperationKind::note ? findNote(connection, work, options)
                                                              : compare(connection, work, options);
}

} // namespace psa::delivery
