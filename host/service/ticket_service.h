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

namespace psa::service {

/// The result of submitting a ticket.
struct Accepted
{
    ticket::StoredTicket ticket; ///< Durable by now.
    bool duplicate = false;      ///< It was there already, under its key.
};

/// What a ticket would be, and what would be sent for it.
struct DryRun
{
    std::string ticketJson; ///< As built for the plugin.
    std::vector<net::HttpRequest> withheldRequests;
    std::vector<std::string> warnings;        ///< Of the build and of the plugin.
    std::string company;                      ///< As the ticket names it; "" = none.
    std::string companyLabel;                 ///< What the PSA calls it; "" = not known.
    std::optional<plugin::PluginError> error; ///< Why nothing would be sent.
};

/// What the service works on. All of it outlives the service.
struct TicketServiceParts
{
    store::Store &store;
    connection::Connections &connections;
    store::ChangeFeed &changes; ///< Of the store.
    std::shared_ptr<const clock::Clock> clock;
    secrets::RandomSource random;
    /// Told that a connection has a ticket that is due, which is durable by then: it throws nothing.
    std::function<void(const std::string &connection)> wake;
    std::function<delivery::QueueStatus(const connection::LiveConnection &)> status;
};

/// All that callers and people do with tickets, whichever way in they come by. From any thread. `who`: for the audit.
/// `name`: the number of a ticket here, or its reference. Throws the errors of ticket_errors.h, and StoreError.
class TicketService
{
public:
    explicit TicketService(TicketServiceParts parts) : parts_(std::move(parts)) {}

    /// A complete ticket, of which nothing is stored yet. `request`: as parseTicketRequest() gives it; `key`: the caller's,
    /// "" = none. Throws TicketRefused and ConnectionBroken.
    ticket::NewTicket build(const connection::LiveConnection &connection, const Poco::JSON::Object::Ptr &request,
                            const std::string &key) const;
    /// Stores it without waiting: `done` is called as that of Store::writeLater(), with a function that returns what was
    /// accepted or throws KeyTaken or StoreError; then nothing was taken in, unless StoreError::perhapsDone says otherwise.
    void storeLater(ticket::NewTicket ticket, const std::string &who,
                    std::function<void(const std::function<Accepted()> &)> done);
    /// Makes the call that would create the ticket, with what changes something held back.
    DryRun dryRun(const connection::LiveConnection &connection, const Poco::JSON::Object &request,
                  const std::string &who) const;

    /// A ticket for a request that nobody can be asked to correct: what is wrong with it makes it one that needs review.
    ticket::NewTicket prepare(const connection::LiveConnection &connection,
                              const Poco::JSON::Object::Ptr &request) const;
    /// Inserts what prepare() made, in a transaction that does more; inserted() is to be called once it is durable.
    static ticket::StoredTicket insert(store::StoreWriter &writer, const ticket::NewTicket &ticket,
                                       const std::string &who);
    void inserted(const std::string &connection) const { parts_.wake(connection); }

    ticket::StoredTicket find(const std::string &name) const;
    /// As find(), with its number in the PSA if that can be had now.
    ticket::StoredTicket show(const std::string &name) const;
    /// Sends it again, with the current ticket defaults: they may have been the reason why it failed. `verifyFirst`: none = where
    /// the PSA may have it. `changes`: corrections as for corrected(), nullptr = none.
    ticket::StoredTicket retry(const std::string &name, std::optional<bool> verifyFirst,
                               const Poco::JSON::Object::Ptr &changes, const std::string &who);
    /// `psaTicket`: its id in the PSA, or what else the plugin finds it by.
    ticket::StoredTicket link(const std::string &name, const std::string &psaTicket, const std::string &who);
    /// `reason`: "" = none was given.
    ticket::StoredTicket discard(const std::string &name, const std::string &reason, const std::string &who);

    /// How the connection of tickets is now, to say what they wait for.
    Situation situationOf(const std::string &connection) const;

private:
    ticket::TicketDocuments rebuilt(const ticket::StoredTicket &ticket, const Poco::JSON::Object::Ptr &changes) const;
    std::optional<plugin::CallOutcome> read(const ticket::StoredTicket &ticket, const ticket::TicketOutcome &outcome,
                                            const connection::CallOptions &options) const;
    void readNumber(ticket::StoredTicket &ticket) const;
    void readBack(const ticket::StoredTicket &ticket, ticket::TicketOutcome &outcome) const;
    /// `change`, a function of StoreWriter &, in a transaction with its audit entry; what the ticket is then.
    template <class Change>
    ticket::StoredTicket changed(const std::string &who, const char *action, const Change &change,
                                 const std::string &detailJson = "") const;
    std::function<Accepted()> acceptance(const std::string &connection,
                                         const std::function<TicketInsertion()> &inserted) const;

    TicketServiceParts parts_;
};

} // namespace psa::service
