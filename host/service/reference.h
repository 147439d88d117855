#pragma once

#include "host/clock/clock.h"
#include "host/secrets/random_source.h"

#include <string>
#include <string_view>

namespace psa::service {

/// A new reference for a ticket: 26 characters of 0-9 and A-Z, none of which is mistaken for another. The first ten are
/// `now` in milliseconds, so that references sort by age and new ones lie together in the store's index; the others are
/// random (80 bits).
std::string makeReference(clock::Clock::Wall now, const secrets::RandomSource &random = secrets::systemRandom);

/// The reference of the ticket that somebody asks for under `key` on `connection`: always the same.
std::string referenceForKey(std::string_view connection, std::string_view key);

} // namespace psa::service
