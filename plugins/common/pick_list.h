#pragma once

#include "common/json.h"
#include "common/ticket_name.h"

#include <psa/call.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace psa::plugins {

struct Psa;

/// One value of a picklist of the PSA.
struct PickValue
{
    std::string id;
    std::string label;
    std::string parent; ///< Id of the value of the parent field that it belongs to; empty = none.
    std::int64_t sortOrder = 0;
    bool active = true;
    bool isDefault = false;
};

/// The active one of `values` that `given` refers to, preferring an id over a label, ignoring case. `parent` is the id
/// of the parent field's value, empty = any. Throws psa::Error(PSA_INVALID_TICKET) that lists the candidates.
PickValue choosePickValue(const Psa &psa, const TicketName &name, const std::vector<PickValue> &values,
                          const std::string &given, const std::string &parent = {});

/// The id of choosePickValue(), which must be a number. If there are no values, an id is accepted unchecked.
std::int64_t resolvePickValue(const Psa &psa, const TicketName &name, const std::vector<PickValue> &values,
                              const std::string &given, const std::string &parent = {});

/// The values in those of `rows` that have an id and that `belongs` accepts, in their order.
std::vector<PickValue> pickValues(const Array &rows, const std::function<bool(const Object &)> &belongs,
                                  const std::function<PickValue(const Object &)> &valueOf);

/// The selectable values; with `parent`, those that belong to it or to none.
std::vector<PickValue> activeValues(const std::vector<PickValue> &all, const std::string &parent = {});

/// The PSA's own default: the value that is marked as default, otherwise the first active one; nullptr if there is
/// none.
const PickValue *defaultPickValue(const std::vector<PickValue> &values);

/// "Service Desk (5), Monitoring (8)": candidates for an error, at most 20.
std::string candidates(const std::vector<PickValue> &values);

/// Adds to the hint of a rejection the values that the PSA would have accepted for the error's field, if it is one of
/// `names` and `valuesOf` can read them.
psa::Error withCandidates(psa::Error error, const psa::Call &call, const std::vector<TicketName> &names,
                          const std::function<std::vector<PickValue>(const TicketName &)> &valuesOf);

} // namespace psa::plugins
