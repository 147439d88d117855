#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace psa::test::postgres {

/// What keeps clusters and poolers from being started here, with the package to install; "" = nothing does.
std::string missing();

/// True if missing(); then it prints the reason after "SKIPPED: ", by which CTest recognizes a skipped test.
bool isSkipped();

/// PostgreSQL and pgbouncer refuse to run as root. As root, this runs the program as the user postgres or else nobody.
/// Throws std::runtime_error with its output if it fails.
std::string runAsServer(const std::string &program, const std::vector<std::string> &arguments);

/// Path of a program of PostgreSQL's newest installed version, such as "initdb".
std::string serverProgram(const std::string &name);

/// A new folder that the servers may write to, below one that is removed at the end of this process. However this process
/// ends, the servers whose process id is in a file *.pid of such a folder are ended then.
std::filesystem::path makeServerFolder(const std::filesystem::path &parent);

/// Lets the servers' user own a file.
void giveToServer(const std::filesystem::path &file);

/// A port of 127.0.0.1 that was free just now, outside the range from which the system takes ports of outgoing connections.
std::uint16_t freePort();

/// The first line of a file as a process id; 0 if there is none.
pid_t processIn(const std::filesystem::path &pidFile);

/// Waits until the process has ended, whoever's child it is. Throws std::runtime_error after 30 seconds.
void awaitEnd(pid_t process);

/// Ends a process with SIGKILL and waits for its end.
void killAndWait(pid_t process);

} // namespace psa::test::postgres
