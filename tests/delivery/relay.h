#pragma once

#include "host/plugin/load_report.h"

namespace psa::test {

/// The relay plugin, loaded once in the process. Throws where it is not ready.
const host::LoadReport &relay();
/// The same with tickets that can be read and companies that can be listed.
const host::LoadReport &reader();

} // namespace psa::test
