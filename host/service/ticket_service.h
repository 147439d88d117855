#pragma once

#include "host/connection/connections.h"
#include "host/net/http_types.h"
#include "host/plugin/form.h"
#include "host/service/reference.h"
#include "host/service/ticket_actions.h"
#include "host/service/ticket_errors.h"
#include "host/service/update_request.h"
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
    ticket::StoredTicket ticket; ///< Already durable.
    bool duplicate = false;      ///< It already existed under its key.
};

/// The ticket that would be created, and what would be sent.
struct DryRun
{
    std::string ticketJson; ///< As built for the plugin.
    std::vector<net::HttpRequest> withheldRequests;
    std::vector<std::string> warnings;        ///< From the build and the plugin.
    std::string company;                      ///< As in the built ticket; "" = none.
    std::string companyLabel;                 ///< What the PSA calls it; "" = not known.
    std::optional<plugin::PluginError> error; ///< Why nothing would be sent.
};

/// Notes and changes of a ticket that were submitted; durable.
struct AcceptedUpdate
{
    ticket::StoredTicket ticket;
    std::vector<ticket::StoredOperation> operations; ///< Those that were inserted, in their order.
    bool duplicate = false;                          ///< They existed already under their key.
};

/// What an update would do.
struct UpdateDryRun
{
    std::vector<ticket::NewOperation> operations;
    std::vector<net::HttpRequest> withheldRequests; ///< Empty if nothing differs, or the ticket is not created yet.
    std::vector<std::string> warnings;
    std::optional<plugin::PluginError> error; ///< Why nothing would be sent.
};

/// What the service uses. All members outlive the service.
struct TicketServiceParts
{
    store::Store &store;
    connection::Connections &connections;
    store::ChangeFeed &changes; ///< The store's.
    std::shared_ptr<const clock::Clock> clock;
    secrets::RandomSource random;
    /// Called when a connection has a due ticket, which is durable by then: must not throw.
    std::function<void(const std::string &connection)> wake;
    std::function<delivery::QueueStatus(const connection::LiveConnection &)> status;
    /// Tickets are submitted by one command each (DeliveryPolicy::once). A key then determines the reference, so that the
    /// PSA knows it even if this store does not, and may be used again for a ticket that was certainly not created.
    bool once = false;
};

/// Everything that callers and humans can do with tickets, over any interface. Thread-safe. `who`: for the audit log.
/// `name`: the host's number of a ticket, or its reference. Throws the errors of ticket_errors.h, and StoreError.
class TicketService
{
public:
    explicit TicketService(TicketServiceParts parts) : parts_(std::move(parts)) {}

    /// A complete ticket that is not stored yet. `request`: as returned by parseTicketRequest(); `key`: the caller's,
    /// "" = none. Throws TicketRefused and ConnectionBroken.
    ticket::NewTicket build(const connection::LiveConnection &connection, const Poco::JSON::Object::Ptr &request,
                            const std::string &key) const;
    /// Stores it without blocking: `done` is called like that of Store::writeLater(), with a function that returns the
    /// accepted ticket or throws KeyTaken or StoreError; then nothing was stored, unless StoreError::perhapsDone is
    /// set.
    void storeLater(ticket::NewTicket ticket, const std::string &who,
                    std::function<void(const std::function<Accepted()> &)> done);
    /// Makes the call that would create the ticket, with changing requests withheld.
    DryRun dryRun(const connection::LiveConnection &connection, const Poco::JSON::Object &request,
                  const std::string &who) const;

    /// A ticket for a request whose sender cannot be asked to correct it: if something is wrong with it, the ticket
    /// needs review.
    ticket::NewTicket prepare(const connection::LiveConnection &connection,
                              const Poco::JSON::Object::Ptr &request) const;
    /// Inserts the result of prepare() in a larger transaction; call inserted() once that is durable.
    static ticket::StoredTicket insert(store::StoreWriter &writer, const ticket::NewTicket &ticket,
                                       const std::string &who);
    void inserted(const std::string &connection) const { parts_.wake(connection); }

    ticket::StoredTicket find(const std::string &name) const;
    /// Like find(), with its number in the PSA if it can be read now.
    ticket::StoredTicket show(const std::string &name) const;
    /// Sends it again, with the current ticket defaults: the old ones may be the reason for the failure. `verifyFirst`:
    /// nullopt = if the PSA may have it. `changes`: corrections as for corrected(), nullptr = none.
    ticket::StoredTicket retry(const std::string &name, std::optional<bool> verifyFirst,
                               const Poco::JSON::Object::Ptr &changes, const std::string &who);
    /// Throws what retry() would throw.
    void checkRetry(const ticket::StoredTicket &ticket, std::optional<bool> verifyFirst,
                    const Poco::JSON::Object::Ptr &changes) const;
    /// `psaTicket`: its id in the PSA, or whatever else the plugin can find it by.
    ticket::StoredTicket link(const std::string &name, const std::string &psaTicket, const std::string &who);
    /// `reason`: "" = none given.
    ticket::StoredTicket discard(const std::string &name, const std::string &reason, const std::string &who);

    /// Adds notes and changes to a ticket, which are carried out in their order once it is created. `request`: as returned
    /// by updateRequestFrom(); `key`: the caller's, "" = none. Also throws UpdateNotSupported, ConnectionBroken,
    /// KeyTaken.
    AcceptedUpdate update(Update update, const std::string &name, const Poco::JSON::Object::Ptr &request,
                          const std::string &key, const std::string &who);
    /// Inserts what update() would insert, in a larger transaction; call inserted() once that is durable. Throws what
    /// update() throws for what is asked.
    void insertUpdate(store::StoreWriter &writer, Update update, std::int64_t ticketId,
                      const connection::LiveConnection &connection, const Poco::JSON::Object::Ptr &request,
                      const std::string &who) const;
    /// Makes the calls of update() with changing requests withheld.
    UpdateDryRun dryRunUpdate(Update update, const std::string &name, const Poco::JSON::Object::Ptr &request,
                              const std::string &who) const;
    /// All notes and changes of a ticket, oldest first, and what was last read of it.
    struct History
    {
        std::vector<ticket::StoredOperation> operations;
        std::optional<ticket::TicketWatch> watch;
    };
    History history(std::int64_t ticketId) const;
    /// What can be asked for the ticket now.
    PossibleUpdates possibleUpdates(const ticket::StoredTicket &ticket,
                                    const std::optional<ticket::TicketWatch> &watch) const;
    /// `operation`: of the ticket `name`. See retry() and discard() of tickets.
    ticket::StoredOperation retryOperation(const std::string &name, std::int64_t operation,
                                           std::optional<bool> verifyFirst, const std::string &who);
    ticket::StoredOperation discardOperation(const std::string &name, std::int64_t operation, const std::string &reason,
                                             const std::string &who);

    /// The current state of the connection, to say what its tickets wait for.
    Situation situationOf(const std::string &connection) const;

private:
    std::vector<ticket::NewOperation> newOperations(Update update, const Poco::JSON::Object &request,
                                                    const connection::LiveConnection &connection,
                                                    const std::string &key, const std::string &who) const;
    ticket::TicketDocuments rebuilt(const ticket::StoredTicket &ticket, const Poco::JSON::Object::Ptr &changes) const;
    std::optional<plugin::CallOutcome> read(const ticket::StoredTicket &ticket, const ticket::TicketOutcome &outcome,
                                            const connection::CallOptions &options) const;
    void readNumber(ticket::StoredTicket &ticket) const;
    void readBack(const ticket::StoredTicket &ticket, ticket::TicketOutcome &outcome) const;
    /// Runs `change`, a function of StoreWriter &, in a transaction with its audit entry; returns the changed ticket.
    template <class Change>
    ticket::StoredTicket changed(const std::string &who, const char *action, const Change &change,
                                 const std::string &detailJson = "") const;
    template <class Change>
    ticket::StoredOperation changedOperation(const std::string &name, std::int64_t operation, const std::string &who,
                                             const char *action, const Change &change) const;
    std::function<Accepted()> acceptance(const std::string &connection,
                                         const std::function<TicketInsertion()> &inserted) const;

    TicketServiceParts parts_;
};

} // namespace psa::service
