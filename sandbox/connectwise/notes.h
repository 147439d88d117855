#pragma once

#include "sandbox/connectwise/core.h"

#include <string>

namespace psa::sandbox::connectwise {

/// Creates a note of a ticket and returns its row. Throws ApiError.
const Row &createNote(const Core &core, std::int64_t ticket, const std::string &body);

/// Turns texts of a create, such as initialDescription, into notes of the ticket.
void addInitialNotes(const Core &core, std::int64_t ticket, const Object &texts);

} // namespace psa::sandbox::connectwise
