#pragma once

#include <psa/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins {

/// One ticket field under its three names.
struct TicketName
{
    const char *ours = "";   ///< In a ticket document: "queue".
    const char *theirs = ""; ///< In the PSA's API: "queueID".
    const char *title = "";  ///< On the form: "Queue ID".
    const char *list = "";   ///< Its list of psa.choices/1, if a picklist of the PSA has the values: "queues".
    bool own = false;        ///< Only this PSA has it: it stands in "fields" of the ticket document.
};

/// The one of `names` that a ticket document calls `ours`, which must be there.
const TicketName &nameOf(const std::vector<TicketName> &names, std::string_view ours);

/// The one of `names` that the PSA calls `theirs`, ignoring case; nullptr if there is none.
const TicketName *nameOfTheirs(const std::vector<TicketName> &names, std::string_view theirs);

/// What to do about a ticket that the PSA refuses because of this field. `people` completes "Correct the company of the
/// ticket: it must ...".
std::string hintFor(const TicketName &name, const std::string &people);

/// Those of `names` that have a picklist.
std::vector<TicketName> pickListNames(const std::vector<TicketName> &names);

/// A field of a ticket that the plugin cannot take.
psa::Error invalidField(const std::string &field, const std::string &message, const std::string &hint);

} // namespace psa::plugins
