#pragma once

namespace psa::cli {

/// Parses what main() was given, runs the command that it names over the standard streams, and returns its ExitCode.
/// Errors go to standard error. CLI11's headers, which are slow to compile, are only in the implementation.
int runCommandLine(int argc, char **argv);

} // namespace psa::cli
