#pragma once

#include "host/net/budget.h"
#include "host/store/sqlite/sqlite_context.h"

namespace psa::host {

BudgetSnapshot loadBudgets(SqliteContext &context);
/// Replaces all that was saved before.
void saveBudgets(SqliteContext &context, const BudgetSnapshot &snapshot);

} // namespace psa::host
