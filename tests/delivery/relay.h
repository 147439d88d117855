#pragma once

#include "host/plugin/load_report.h"

namespace psa::test {

/// The relay plugin, loaded once in the process. Throws if it is not ready.
const plugin::LoadReport &relay();
/// The same with support for reading tickets and listing companies.
const plugin::LoadReport &reader();

/// The same with support for notes and changes of tickets.
const plugin::LoadReport &updater();

} // namespace psa::test
