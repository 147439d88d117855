#pragma once

#include "sandbox/autotask/core.h"

#include <string>

namespace psa::sandbox::autotask {

// What happens to a ticket, whoever does it: the API user, a person or a rule. `core.actor` is who; rights and values
// were checked before. Each leaves its stamps, its history and its rules' work.

/// Status in which a ticket is complete, in every tenant.
constexpr std::int64_t completeStatus = 5;

/// Stores a new ticket and returns its id.
std::int64_t addTicket(const Core &core, Object::Ptr ticket);
/// Replaces the values of an existing ticket.
void changeTicket(const Core &core, std::int64_t id, Object::Ptr changed);
/// Stores a note of an existing ticket and returns its id.
std::int64_t addNote(const Core &core, std::int64_t ticket, Object::Ptr note);
/// Stores hours worked on an existing ticket and returns their id.
std::int64_t addTime(const Core &core, std::int64_t ticket, const std::string &summary);
/// Sets who was active last, and when.
void stampActivity(const Core &core, std::int64_t ticket);
/// Closes `ticket` and leaves its notes in `into`.
void mergeTicket(const Core &core, std::int64_t ticket, std::int64_t into);
void deleteTicket(const Core &core, std::int64_t ticket);

/// Lets the rules do what is due.
void runRules(const Core &core);

/// A person's act in Autotask's own pages. Returns the id of what was added, otherwise the ticket's. Throws
/// std::invalid_argument.
std::int64_t actAsPerson(const Core &core, const HumanAct &act);

/// "Tess Tech", of a resource or contact; empty if there is none.
std::string nameOf(const Database &database, const Actor &actor);
/// Label of a picklist's value; empty if there is none.
std::string labelOf(const Tenant &tenant, const std::string &entity, const std::string &field, std::int64_t id);

} // namespace psa::sandbox::autotask
