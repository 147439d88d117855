#pragma once

#include <CLI/CLI.hpp>

#include <iosfwd>

namespace psa::cli {

/// Ends a program whose command line was not parsed: prints help or version to `out` and returns exitOk, or logs the
/// error to `log` and returns exitUsage. For an unknown word it suggests the most similar known one, even if help was
/// requested.
int exitForParse(CLI::App &app, const CLI::ParseError &error, std::ostream &out, std::ostream &log);

} // namespace psa::cli
