#pragma once

#include "sandbox/halopsa/core.h"

#include <string>

namespace psa::sandbox::halopsa {

/// Creates the ticket that `body` describes and returns its row. Throws ApiError.
const Row &createTicket(const Core &core, const Object &body);

/// Changes the fields of a ticket that `body` has, and returns its row. Throws ApiError.
const Row &changeTicket(const Core &core, std::int64_t id, const Object &body);

/// Replaces references of a new or changed ticket by what they mean, and rejects or drops those that the tenant does
/// not have: `written` are the fields that the client sent. Throws ApiError.
void resolveReferences(const Core &core, Object &ticket, const Object &written, bool isNew);
/// Sets the defaults of tenant, type and client in a new ticket.
void applyDefaults(const Core &core, Object &ticket);
/// Turns the written "customfields", [{"id" or "name", "value"}], into an object, name to value, with those that the
/// ticket has already (null: none). Throws ApiError.
void resolveCustomFields(const Core &core, Object &ticket, const Object::Ptr &before);
/// Rejects a new ticket without what its type makes mandatory; `validates`: not only what no ticket can be without.
/// Throws ApiError.
void checkMandatory(const Core &core, const Object &ticket, bool validates);
/// Rejects a ticket that is closed without what the tenant requires for it. Throws ApiError.
void checkClosing(const Core &core, const Object &ticket);

/// Sets the values of a ticket: readers see them after the lag.
void store(const Core &core, std::int64_t id, const Object::Ptr &values);
/// A copy of the ticket's newest values.
Object::Ptr valuesOf(const Core &core, std::int64_t id);
/// Sets what every write to a ticket changes.
void stamp(const Core &core, Object &ticket);
/// Sets the consequences of the status in a ticket whose status changed.
void applyStatus(const Core &core, Object &ticket);
bool isClosed(const Rows &rows, std::int64_t status);

/// Records a change of a ticket, made by the actor now.
void audit(const Core &core, std::int64_t ticket, const std::string &field, const std::string &from,
           const std::string &to);

/// The ticket, which is neither deleted nor hidden from the API agent. Throws ApiError.
const Row &requireTicket(const Core &core, std::int64_t id);
/// The response to a request for a ticket that is deleted or hidden.
ApiError noSuchTicket(const Core &core);

/// Merges the ticket into another one, which exists.
void mergeTicket(const Core &core, std::int64_t id, std::int64_t into);
/// Deletes the ticket: see the switch ticket.delete.
void deleteTicket(const Core &core, std::int64_t id);

/// What an action of a ticket adds to the defaults.
struct ActionValues
{
    std::string outcome;
    std::int64_t outcomeId = 0;
    std::string note{};
    bool hidden = true;
    std::int64_t system = 0; ///< "action_systemid": not 0 for what the service writes itself.
    std::int64_t oldStatus = 0;
    std::int64_t newStatus = 0; ///< 0: the status stays.
    std::int64_t mergedFrom = 0;
    double hours = 0;
};

/// Adds an action to a ticket, made by the actor, and returns its row.
Row &addAction(const Core &core, std::int64_t ticket, const ActionValues &values);

/// Sets a status as a rule of the tenant.
void setStatusByRule(const Core &core, std::int64_t ticket, std::int64_t status);

/// A person's act in the PSA's own pages. Returns the number of the action that was added, otherwise the ticket's id.
/// Throws std::invalid_argument or ApiError.
std::int64_t actInPages(const Core &core, const HumanAct &act);
/// An agent or user by name, email address or id; empty: the first agent who is neither disabled nor of the API.
/// Throws std::invalid_argument.
Actor personIn(const Rows &rows, const std::string &who);

} // namespace psa::sandbox::halopsa
