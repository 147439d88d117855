#pragma once

#include "host/events/event.h"
#include "host/events/read_delivery.h"

#include <string>
#include <vector>

namespace psa::simulation {

/// The body of a delivery: a line for each event, with its fields separated by semicolons.
std::string toBody(const std::vector<events::Event> &events);

/// The reader of all simulated sources.
events::ReaderResult readBody(const std::string &body);

} // namespace psa::simulation
