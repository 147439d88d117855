#pragma once

#include <CLI/CLI.hpp>

#include <iosfwd>

namespace psa::cli {

/// Ends a program whose command line was not parsed: prints help or version on `out` and gives exitOk, or says on `log` what
/// is wrong and gives exitUsage. A word that is not known is named with the nearest that is, even if help was asked for.
int exitForParse(CLI::App &app, const CLI::ParseError &error, std::ostream &out, std::ostream &log);

} // namespace psa::cli
