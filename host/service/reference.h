#pragma once

#include "host/clock/clock.h"
#include "host/secrets/crypto.h"

#include <string>
#include <string_view>

namespace psa::service {

/// A new reference for a ticket: 26 characters of 0-9 and A-Z, without those that are easily confused. The first ten
/// encode `now` in milliseconds, so that references sort by age and new ones are adjacent in the store's index; the
/// others are random (80 bits).
std::string makeReference(clock::Clock::Wall now, const secrets::RandomSource &random = secrets::systemRandom);

/// The reference of the ticket that was requested under `key` on `connection`: always the same.
std::string referenceForKey(std::string_view connection, std::string_view key);

} // namespace psa::service
