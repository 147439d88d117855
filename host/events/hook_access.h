#pragma once

#include "host/clock/clock.h"
#include "host/events/read_delivery.h"
#include "host/events/sources.h"

#include <string>

namespace psa::events {

/// The credentials that a request to the webhook of a source brings.
struct HookCredentials
{
    std::string token;     ///< "" = none.
    std::string urlSecret; ///< "" = none.
};

/// Whether a request may deliver for `source`; "" = it may, otherwise why not, for the operator. A source with a key for
/// signatures needs a valid one, or the secret of its URL; any other its token, or the secret of its URL.
std::string whyNotAdmitted(const LiveSource &source, const HookCredentials &credentials, const RawDelivery &delivery,
                           clock::Clock::Wall now);

/// The same before the body was read: "" also if only that is missing to tell.
std::string whyNotAdmitted(const LiveSource &source, const HookCredentials &credentials,
                           const std::map<std::string, std::string> &headers);

/// What a valid signature of `body` is, in hex. `time`: the header of its time, "" = it has none.
std::string signatureOf(const std::string &key, const std::string &time, const std::string &body);

} // namespace psa::events
