#pragma once

#include "sandbox/connectwise/api_error.h"
#include "sandbox/connectwise/core.h"

#include <string>

namespace psa::sandbox::connectwise {

/// Creates the ticket that the body describes and returns its row. Throws ApiError.
const Row &createTicket(const Core &core, const std::string &body);

/// Changes the ticket by an array of {"op", "path", "value"} and returns its row. Throws ApiError.
const Row &patchTicket(const Core &core, std::int64_t id, const std::string &body);

/// Sets `written`, in the format of a create, in the ticket and returns its row. Throws ApiError.
const Row &changeTicket(const Core &core, std::int64_t id, const Object &written);

/// Sets the time of the ticket's last update, and who made it. Returns the ticket's values.
Object &touchTicket(const Core &core, std::int64_t id);

/// The ticket. Throws ApiError if there is none.
const Row &requireTicket(const Core &core, std::int64_t id);

/// Replaces each reference of the ticket, such as {"name": "x"}, by the id of its row, or adds to `errors` that there
/// is none: boards must belong to the service desk, statuses, types and the like to the ticket's board, contacts and
/// sites to its company.
void resolveReferences(const Core &core, Object &ticket, WriteErrors &errors);

/// Sets the board of a new ticket without one; before its references are resolved.
void applyDefaultBoard(const Core &core, Object &ticket);
/// Sets the defaults of tenant, board, company and contact in a new ticket; its references must be resolved to ids.
void applyDefaults(const Core &core, Object &ticket);
/// Sets the consequences of the status: whether the ticket is closed, and since when.
void applyStatus(const Core &core, Object &ticket);

/// Creates, changes or deletes a note of a ticket. Throws ApiError.
const Row &createNote(const Core &core, std::int64_t ticket, const std::string &body);
const Row &patchNote(const Core &core, std::int64_t ticket, std::int64_t id, const std::string &body);
void deleteNote(const Core &core, std::int64_t ticket, std::int64_t id);
/// Adds a note with these values, as the actor.
const Row &addNote(const Core &core, std::int64_t ticket, Object::Ptr note);

/// What a workflow rule of the tenant does after a change over the API: see the switch ticket.workflow. `before`: the
/// status before the change.
void runWorkflow(const Core &core, std::int64_t id, std::int64_t before);

/// Merges the tickets in "mergeTicketIds" of the body into `parent`: each keeps its id, and gets the "status" of the
/// body, if there is one. Throws ApiError.
void mergeTickets(const Core &core, std::int64_t parent, const std::string &body);
/// Deletes the ticket. Throws ApiError.
void deleteTicket(const Core &core, std::int64_t id);
/// Where deleted tickets and notes are kept for the truth.
constexpr const char *deletedTickets = "DeletedTickets";
constexpr const char *deletedNotes = "DeletedTicketNotes";

/// Turns texts of a create, such as initialDescription, into notes of the ticket.
void addInitialNotes(const Core &core, std::int64_t ticket, const Object &texts);

} // namespace psa::sandbox::connectwise
