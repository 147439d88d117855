#pragma once

#include "tests/support/run_program.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace psa::bench {

/// What many would use in place of psa-host: BullMQ on Redis behind queue_front.mjs. Redis syncs each write to the disk before
/// it answers.
class Queue
{
public:
    /// `program`: the folder that has queue_front.mjs and its packages. `folder`: for what Redis stores; is made.
    Queue(const std::filesystem::path &program, const std::filesystem::path &folder);

    std::uint16_t port() const { return port_; }
    const std::string &token() const { return token_; }

private:
    std::string token_ = "token-of-the-benchmark";
    std::filesystem::path folder_;
    test::RunningProgram redis_;
    test::RunningProgram front_;
    std::uint16_t port_;
};

} // namespace psa::bench
