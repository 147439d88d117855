#pragma once

#include "host/os/child_program.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace psa::events::reader {

/// What came of one run of a reader program.
struct Reading
{
    enum class Kind
    {
        events,  ///< It returned events.
        refused, ///< It does not want this delivery: {"refuse": "why"}. The sender should be told.
        failed,  ///< It could not make sense of the delivery, or is no valid program.
        killed,  ///< It took too long, needed too much memory, or its process ended.
        busy ///< All processes were in use for too long, or none could be started, or the machine is too busy to run one.
    };

    Kind kind = Kind::killed;
    std::string eventsJson; ///< A list of what it returned, not checked.
    std::string text;       ///< Why there are no events, for people.
};

/// What the process of reader programs may use.
struct ReaderLimits
{
    std::chrono::milliseconds time{250};        ///< For one run, and 100 ms for each MiB of its input.
    std::chrono::milliseconds compileTime{500}; ///< For compiling a program, which is then kept.
    std::size_t memory = 64U << 20U;            ///< In bytes, and 32 times the size of the input.
    std::chrono::milliseconds patience{1000};   ///< For a free process, and for a slow machine beyond `time`.
    std::size_t runs = 20'000;                  ///< After them a process is replaced, because libjq leaks.
};

/// Runs reader programs (jq) in two processes that can only compute: no files, network, environment or clock, and limits on
/// time and memory. A process that was killed is replaced; what comes from it is not trusted. Thread-safe.
class Readers
{
public:
    static constexpr std::size_t processes = 2;

    /// Starts no process yet. `program`: null = sourceReaderProgram(), found at first use.
    explicit Readers(const ReaderLimits &limits = {}, std::shared_ptr<const os::ChildProgram> program = nullptr);
    ~Readers();
    Readers(const Readers &) = delete;
    Readers &operator=(const Readers &) = delete;

    /// Runs `program` with the JSON document `tree` as its input, on the caller's thread.
    Reading read(const std::string &program, const std::string &tree);
    /// What is wrong with `program`, for people, with its line; "" = it can be compiled.
    std::string check(const std::string &program);

private:
    class Process;
    struct Lease;
    struct Request;

    void prepare(Lease &lease);
    Reading run(const Request &request);
    static std::string tooLongProgram();

    const ReaderLimits limits_;
    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable freed_;
    std::shared_ptr<const os::ChildProgram> program_;
    std::vector<std::unique_ptr<Process>> idle_; ///< Of those not in use; nullptr = it has to be started.
};

/// psa-source-reader. Throws as os::ChildProgram does.
std::shared_ptr<const os::ChildProgram> sourceReaderProgram();

} // namespace psa::events::reader
