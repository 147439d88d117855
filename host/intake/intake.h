#pragma once

#include "host/connection/live_connection.h"
#include "host/intake/reference.h"
#include "host/plugin/form.h"
#include "host/store/store.h"

#include <Poco/JSON/Object.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::host {

/// The fields of a ticket that are missing or wrong, each with where to set it.
class TicketRefused : public std::runtime_error
{
public:
    explicit TicketRefused(std::vector<FieldError> wrong);
    const std::vector<FieldError> &fields() const { return fields_; }

private:
    std::vector<FieldError> fields_;
};

/// The key was used before, for another ticket.
class KeyTaken : public std::runtime_error
{
public:
    explicit KeyTaken(StoredTicket earlier);
    const StoredTicket &earlier() const { return earlier_; }

private:
    StoredTicket earlier_;
};

/// What came of handing a ticket in.
struct Accepted
{
    StoredTicket ticket; ///< Durable by now.
    bool again = false;  ///< It was there already, under its key.
};

/// Takes ticket requests in: checks them, makes complete tickets of them and stores them. From any thread.
class Intake
{
public:
    /// `poke`: told that a connection has a new ticket, which is durable by then: it throws nothing.
    Intake(Store &store, std::shared_ptr<const Clock> clock, RandomSource random,
           std::function<void(const std::string &connection)> poke)
        : store_(store), clock_(std::move(clock)), random_(std::move(random)), poke_(std::move(poke))
    {
    }

    /// Returns when the ticket is durable. `request`: as parseTicketRequest() gives it; `key`: the caller's, "" = none;
    /// `who`: for the audit. Throws TicketRefused, KeyTaken and StoreError; then nothing was taken in, unless
    /// StoreError::perhapsDone says otherwise.
    Accepted submit(const LiveConnection &connection, const Poco::JSON::Object::Ptr &request, const std::string &key,
                    const std::string &who);

    /// The first half of submit(): a complete ticket, of which nothing is stored yet. Throws TicketRefused.
    NewTicket build(const LiveConnection &connection, const Poco::JSON::Object::Ptr &request,
                    const std::string &key) const;
    /// The second, without waiting: `done` is called as that of Store::writeLater(), with a function that returns what was
    /// accepted or throws KeyTaken or StoreError.
    void storeLater(NewTicket ticket, const std::string &who,
                    std::function<void(const std::function<Accepted()> &)> done);

    /// A ticket for a request that nobody can be asked to correct: what is wrong with it makes it one that needs review.
    NewTicket prepare(const LiveConnection &connection, const Poco::JSON::Object::Ptr &request) const;
    /// Inserts what prepare() made, in a transaction that does more; insertedTicket() is to be called once it is durable.
    static StoredTicket insert(StoreWriter &writer, const NewTicket &ticket, const std::string &who);
    void insertedTicket(const std::string &connection) { poke_(connection); }

private:
    static TicketInsertion insertOnce(StoreWriter &writer, const NewTicket &ticket, const std::string &who);
    std::function<Accepted()> acceptance(const std::string &connection,
                                         const std::function<TicketInsertion()> &inserted) const;

    Store &store_;
    std::shared_ptr<const Clock> clock_;
    RandomSource random_;
    std::function<void(const std::string &)> poke_;
};

} // namespace psa::host
