#pragma once

#include "sandbox/common/json_tools.h"

#include <string>
#include <vector>

namespace psa::sandbox {

enum class HumanAction
{
    note,   ///< Writes `text` as an internal note.
    time,   ///< Enters time with the summary `text`.
    status, ///< Sets `status`.
    assign, ///< Gives the ticket to `to`.
    close,  ///< Sets `status`, or the PSA's own closed one.
    reopen, ///< Sets `status`, or the PSA's own open one.
    merge,  ///< Merges the ticket into the ticket `into`.
    erase   ///< "delete" in JSON.
};

/// What somebody does to a ticket in the PSA's own pages: a request of no client.
struct HumanAct
{
    std::int64_t ticket = 0;
    HumanAction action = HumanAction::note;
    std::string text;      ///< Never empty.
    std::string status;    ///< A name; empty: see HumanAction.
    std::int64_t into = 0; ///< Another ticket; only of a merge.
    /// Name, email or id of a member of staff or a contact; empty: the tenant's first member of staff.
    std::string by;
    std::string to; ///< Like `by`; empty: whoever acts.
};

/// Reads {"ticketId": id, "action": "note|time|status|assign|close|reopen|merge|delete", "text"?, "status"?, "into"?,
/// "by"?, "to"?}. Throws std::invalid_argument that says what is wrong.
HumanAct readHumanAct(const Object &object);

/// A note as the PSA has it.
struct NoteTruth
{
    std::int64_t id = 0;
    std::int64_t ticket = 0;
    std::string title; ///< Empty if notes of this PSA have none.
    std::string text;
    bool isPublic = false; ///< Customers can read it.
    std::string kind;      ///< The PSA's own: the label of a type, or the flags that are set.
    std::string by;        ///< Name of who wrote it: of the API user, a person, or the PSA itself.
    std::string at;        ///< ISO 8601, UTC.
    /// Number in the request log of the request that created it; 0: a person, or the PSA itself.
    unsigned long long request = 0;
};

/// One field of a ticket that really changed.
struct ChangeTruth
{
    std::int64_t ticket = 0;
    std::string field; ///< The PSA's own name; "deleted" and "merged" for the whole ticket.
    std::string from;  ///< Labels, where there are any; empty: it was unset.
    std::string to;
    std::string by; ///< Like those of NoteTruth.
    std::string at;
    unsigned long long request = 0;
};

/// A write that told the PSA to notify people.
struct Notification
{
    std::int64_t ticket = 0;
    std::string what; ///< "ticket", "note" or "change".
    unsigned long long request = 0;
};

/// The number of `notes` with `reference` in their title or text.
std::size_t notesWith(const std::vector<NoteTruth> &notes, const std::string &reference);

Array::Ptr toJson(const std::vector<NoteTruth> &notes);
Array::Ptr toJson(const std::vector<ChangeTruth> &changes);
Array::Ptr toJson(const std::vector<Notification> &notifications);

} // namespace psa::sandbox
