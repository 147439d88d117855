#include "host/store/sqlite/ticket_intake.h"

#include "host/store/sqlite/company_rows.h"
#include "host/store/sqlite/sqlite_error.h"
#include "host/store/sqlite/ticket_rows.h"
#include "host/store/store_error.h"
#include "host/ticket/transitions.h"

#include <sqlite3.h>

namespace psa::host {
namespace {

constexpr std::size_t maxKeyBytes = 255;
constexpr std::size_t maxReferenceBytes = 40;

void check(const NewTicket &request)
{
    if (request.reference.empty() || request.reference.size() > maxReferenceBytes)
        throw StoreError(StoreError::Kind::invalid,
                         "the reference \"" + request.reference + "\" does not have 1 to 40 bytes");
    if (request.key.size() > maxKeyBytes)
        throw StoreError(StoreError::Kind::invalid,
                         "the key has " + std::to_string(request.key.size()) + " bytes; it may have at most 255");
}

std::optional<StoredTicket> findByHash(SqliteContext &context, std::int64_t connectionId, const std::string &key,
                                       std::int64_t hash)
{
    std::optional<StoredTicket> found;
    context.keys.find(hash, [&](std::int64_t id) {
        const bool same =
            context.database.integer("SELECT count(*) FROM ticket WHERE id = ?1 AND connection_id = ?2 AND key = ?3",
                                     id, connectionId, key) == 1;
        if (same)
            found = loadTicket(context, id);
        return same;
    });
    return found;
}

} // namespace

std::optional<StoredTicket> findByKey(SqliteContext &context, std::int64_t connectionId, const std::string &key)
{
    return findByHash(context, connectionId, key, hashOfKey(connectionId, key));
}

TicketInsertion insertTicket(SqliteContext &context, const NewTicket &request)
{
    check(request);
    const auto connectionId = context.connectionId(request.connection);
    if (!connectionId)
        throw StoreError(StoreError::Kind::notFound, "there is no connection \"" + request.connection + "\"");
    std::optional<std::int64_t> keyHash;
    if (!request.key.empty())
    {
        keyHash = hashOfKey(*connectionId, request.key);
        if (auto earlier = findByHash(context, *connectionId, request.key, *keyHash))
        {
            const bool same = earlier->fingerprint == request.fingerprint;
            describeCompany(context, *earlier);
            return {same ? TicketInsertion::Kind::sameAgain : TicketInsertion::Kind::otherPayload, std::move(*earlier)};
        }
    }
    StoredTicket ticket = submitted(request, context.now());
    try
    {
        addTicketRow(context, ticket, *connectionId, keyHash);
    }
    catch (const SqliteError &error)
    {
        if (error.extended != SQLITE_CONSTRAINT_UNIQUE)
            throw;
        throw StoreError(StoreError::Kind::conflict,
                         "another ticket has the reference " + request.reference + " already");
    }
    if (keyHash)
        context.keys.add(*keyHash, ticket.id);
    ticket.companyLabel = noteCompany(context, *connectionId, request.company);
    ticket.requestJson.clear();
    ticket.ticketJson.clear();
    return {TicketInsertion::Kind::inserted, std::move(ticket)};
}

} // namespace psa::host
