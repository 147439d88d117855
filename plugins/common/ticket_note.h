#pragma once

#include "common/json.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins {

struct Psa;

/// Whether `text` can be a reference of the host in a note: up to 40 digits and capital letters.
bool isNoteReference(std::string_view text);

/// Throws psa::Error(PSA_INTERNAL) for a text that is not one; `hint`: what follows from that.
void requireNoteReference(std::string_view reference, const char *hint);

/// The note that add_note gets, which has a text. Throws psa::Error.
Object::Ptr parseNote(std::string_view json, std::string_view reference);

/// What find_note returns. Of the PSA's notes later ones have higher ids; one that is listed twice counts once.
std::string foundNotes(std::vector<std::int64_t> ids);

} // namespace psa::plugins
