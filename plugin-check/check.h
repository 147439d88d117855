#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace psa::check {

class CheckContext;

/// One rule for plugins and the code that looks whether it is kept. A value; all of them are in the catalogue.
struct Check
{
    std::string id;          ///< "S01": a letter for the group, a number that is never used again.
    std::string title;       ///< What is looked at, in a few words.
    int level = 1;           ///< 1 file and table, 2 life without network, 3 network faults, 4 load, leaks, fuzz.
    std::string group;       ///< "static" and the like: the name of the file that has it.
    std::string requirement; ///< What a plugin must do, as docs/plugin-policies.md prints it.
    std::string consequence; ///< What follows if it does not.
    std::vector<std::string> needs;         ///< Ids of checks that must have passed.
    std::vector<std::string> unless = {};   ///< Ids of checks that must not have failed; skipped ones do no harm.
    std::chrono::milliseconds limit{30000}; ///< Then its process is killed.
    bool fuzzes =
        false; ///< Works for twice the time that check.toml says, on top of the limit, and bounds its own memory.
    std::function<void(CheckContext &context)> run = nullptr; ///< In a process of its own.
};

} // namespace psa::check
