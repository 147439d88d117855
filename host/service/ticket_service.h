#pragma once

#include "host/connection/connections.h"
#include "host/net/http_types.h"
#include "host/plugin/form.h"
#include "host/service/reference.h"
#include "host/service/ticket_actions.h"
#include "host/service/ticket_errors.h"
#include "host/service/waiting.h"
#include "host/store/change_feed.h"
#include "host/store/store.h"

#include <Poco/JSON/Object.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace psa::host {

/// The result of submitting a ticket.
struct Accepted
{
    StoredTicket ticket;    ///< Durable by now.
    bool duplicate = false; ///< It was there already, under its key.
};

/// What a ticket would be, and what would be sent for it.
struct DryRun
{
    std::string ticketJson; ///< As built for the plugin.
    std::vector<HttpRequest> withheldRequests;
    std::vector<std::string> warnings; ///< Of the build and of the plugin.
    std::string company;               ///< As the ticket names it; "" = none.
    std::string companyLabel;          ///< What the PSA calls it; "" = not known.
    std::optional<PluginError> error;  ///< Why nothing would be sent.
};

/// What the service works on. All of it outlives the service.
struct TicketServiceParts
{
    Store &store;
    Connections &connections;
    ChangeFeed &changes; ///< Of the store.
    std::shared_ptr<const Clock> clock;
    RandomSource random;
    /// Told that a connection has a ticket that is due, which is durable by then: it throws nothing.
    std::function<void(const std::string &connection)> wake;
    std::function<QueueStatus(const LiveConnection &)> status;
};

/// All that callers and people do with tickets, whichever way in they come by. From any thread. `who`: for the audit.
/// `name`: the number of a ticket here, or its reference. Throws the errors of ticket_errors.h, and StoreError.
class TicketService
{
public:
    explicit TicketService(TicketServiceParts parts) : parts_(std::move(parts)) {}

    /// A complete ticket, of which nothing is stored yet. `request`: as parseTicketRequest() gives it; `key`: the caller's,
    /// "" = none. Throws TicketRefused and ConnectionBroken.
    NewTicket build(const LiveConnection &connection, const Poco::JSON::Object::Ptr &request,
                    const std::string &key) const;
    /// Stores it without waiting: `done` is called as that of Store::writeLater(), with a function that returns what was
    /// accepted or throws KeyTaken or StoreError; then nothing was taken in, unless StoreError::perhapsDone says otherwise.
    void storeLater(NewTicket ticket, const std::string &who,
                    std::function<void(const std::function<Accepted()> &)> done);
    /// Makes the call that would create the ticket, with what changes something held back.
    DryRun dryRun(const LiveConnection &connection, const Poco::JSON::Object &request, const std::string &who) const;

    /// A ticket for a request that nobody can be asked to correct: what is wrong with it makes it one that needs review.
    NewTicket prepare(const LiveConnection &connection, const Poco::JSON::Object::Ptr &request) const;
    /// Inserts what prepare() made, in a transaction that does more; inserted() is to be called once it is durable.
    static StoredTicket insert(StoreWriter &writer, const NewTicket &ticket, const std::string &who);
    void inserted(const std::string &connection) const { parts_.wake(connection); }

    StoredTicket find(const std::string &name) const;
    /// As find(), with its number in the PSA if that can be had now.
    StoredTicket show(const std::string &name) const;
    /// Sends it again, with the current ticket defaults: they may have been the reason why it failed. `verifyFirst`: none = where
    /// the PSA may have it. `changes`: corrections as for corrected(), nullptr = none.
    StoredTicket retry(const std::string &name, std::optional<bool> verifyFirst, const Poco::JSON::Object::Ptr &changes,
                       const std::string &who);
    /// `psaTicket`: its id in the PSA, or what else the plugin finds it by.
    StoredTicket link(const std::string &name, const std::string &psaTicket, const std::string &who);
    /// `reason`: "" = none was given.
    StoredTicket discard(const std::string &name, const std::string &reason, const std::string &who);

    /// How the connection of tickets is now, to say what they wait for.
    Situation situationOf(const std::string &connection) const;

private:
    TicketDocuments rebuilt(const StoredTicket &ticket, const Poco::JSON::Object::Ptr &changes) const;
    std::optional<CallOutcome> read(const StoredTicket &ticket, const TicketOutcome &outcome,
                                    const CallOptions &options) const;
    void readNumber(StoredTicket &ticket) const;
    void readBack(const StoredTicket &ticket, TicketOutcome &outcome) const;
    /// `change`, a function of StoreWriter &, in a transaction with its audit entry; what the ticket is then.
    template <class Change>
    StoredTicket changed(const std::string &who, const char *action, const Change &change,
                         const std::string &detailJson = "") const;
    std::function<Accepted()> acceptance(const std::string &connection,
                                         const std::function<TicketInsertion()> &inserted) const;

    TicketServiceParts parts_;
};

} // namespace psa::host
