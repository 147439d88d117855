#pragma once

#include "metadata.h"
#include "ticket_names.h"

#include <string>

namespace plugins::autotask {

/// The id of `given`, an id or a label in any case, among the active values of a pick-list. `parent` is the id of the
/// parent field's value, empty = any. A field without known values takes an id unseen. Throws
/// psa::Error(PSA_INVALID_TICKET) that lists the candidates.
std::int64_t resolvePickValue(const FieldInfo *field, const TicketName &name, const std::string &given,
                              const std::string &parent);

/// Autotask's own default of a pick-list: the value it marks so, else the first active one; nullptr if there is none.
const PickValue *defaultPickValue(const FieldInfo *field);

/// "Service Desk (5), Monitoring (8)": what an error lists, at most 20.
std::string candidates(const std::vector<PickValue> &values);

} // namespace plugins::autotask
