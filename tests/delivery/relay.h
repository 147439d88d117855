#pragma once

#include "host/plugin/load_report.h"

namespace psa::test {

/// The relay plugin, loaded once in the process. Throws where it is not ready.
const plugin::LoadReport &relay();
/// The same with tickets that can be read and companies that can be listed.
const plugin::LoadReport &reader();

} // namespace psa::test
