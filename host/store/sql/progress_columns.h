#pragma once

#include "host/store/sql/sql_database.h"
#include "host/ticket/ticket.h"

#include <string>
#include <vector>

namespace psa::store {

// The columns that tables ticket and operation have in common.

/// To be selected from a table with the alias r.
constexpr const char *progressColumns =
    "r.state, r.reason_code, r.reason_text, r.attempts, r.fence, r.crashes, r.created, r.run_began, r.changed, r.due,"
    " r.open_since, r.ended, r.plugin_build";
/// Reads them from `column` on, and moves it behind them. One with an invalid state waits for a human.
void readProgress(const SqlStatement &row, int &column, ticket::Progress &progress);

/// What of them changes, for an UPDATE of row ?1 with saveProgress(). The next free parameter is ?14.
constexpr const char *progressAssignments =
    "state = ?2, reason_code = ?3, reason_text = ?4, attempts = ?5, fence = ?6, crashes = ?7, run_began = ?8,"
    " changed = ?9, due = ?10, open_since = ?11, ended = ?12, plugin_build = ?13";
/// Runs `sql`, which has `others` from ?14 on.
template <class... Others>
void saveProgress(SqlDatabase &database, const char *sql, const ticket::Progress &progress, const Others &...others)
{
    database.run(sql, progress.id, static_cast<int>(progress.state), progress.reason.code, progress.reason.text,
                 progress.attempts, progress.fence, progress.crashes, progress.runBegan, progress.changed, progress.due,
                 progress.openSince, progress.ended, progress.pluginBuild, others...);
}

void addDamage(ticket::Progress &progress, const std::string &what);

/// A list of texts as stored: "" if it is empty.
std::string toStored(const std::vector<std::string> &texts);
/// `name`, such as "its warnings": for the damage if they cannot be read.
std::vector<std::string> readTexts(const std::string &stored, const char *name, ticket::Progress &progress);

/// A string or, if `orNumber`, an integer of a document: SQLite returns its raw JSON, because SQLite's own strings end at a
/// NUL. "" for anything else, and for what SQLite accepts as JSON but we do not.
std::string memberText(const std::string &json, bool orNumber);

/// NULL for "".
std::optional<std::string> optionalText(const std::string &text);

/// Throws StoreError (invalid) for a reference or key that is too short or too long.
void checkNames(const std::string &reference, const std::string &key);

/// The numbers of the states that allow `action`, for an SQL list: "0, 2".
std::string statesThatAllow(ticket::TicketAction action);
/// The numbers of all states that are not final.
std::string statesNotEnded();

} // namespace psa::store
