#pragma once

#include <Poco/JSON/Object.h>

namespace psa::host {

/// `request` as somebody has put it right by hand. `changes`: members of a ticket request, those of "fields" one by one;
/// null and a blank text take a value out, so that the ticket default counts. Throws InvalidDocument if no request comes
/// of it.
Poco::JSON::Object::Ptr corrected(const Poco::JSON::Object &request, const Poco::JSON::Object &changes);

} // namespace psa::host
