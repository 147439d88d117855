#pragma once

#include <cstddef>
#include <cstdint>

/// The protocol between psa-host and its child process psa-source-reader: one stream socket, one request at a time. Numbers
/// are in the byte order of the machine. Every message is a head and, behind it, that many bytes.
namespace psa::events::reader {

/// The child's file descriptors. Nothing else is open but 0, which is empty, and 1 and 2, both the same pipe, of which
/// the host reads the last bytes after a crash.
constexpr int channelFile = 3; ///< The socket.
constexpr int programFile = 4; ///< The child's executable; it closes this descriptor first.

/// Of the child, when memory has run out.
constexpr int exitOutOfMemory = 12;

enum class Task : std::uint32_t
{
    check = 1, ///< Compile the program.
    read       ///< Compile it unless it is kept, and run it with the input.
};

/// From the host. The program and then the input follow.
struct RequestHead
{
    Task task = Task::check;
    std::uint32_t programBytes = 0;
    std::uint32_t inputBytes = 0;
    std::uint32_t compileMs = 0; ///< Processor time; then the kernel kills the process (SIGPROF).
    std::uint32_t runMs = 0;     ///< As above, for one run.
    std::uint32_t zero = 0;      ///< Reserved.
    std::uint64_t memory = 0;    ///< In bytes, in addition to what the process has when it begins.
};

enum class Result : std::uint32_t
{
    outputs = 1, ///< A JSON list of all values that the program returned; for a check: empty.
    error,       ///< The text of error("...").
    notCompiled, ///< libjq's messages.
    tooLong      ///< It returned more than maxAnswerBytes.
};

/// From the child. A text follows.
struct AnswerHead
{
    Result result = Result::error;
    std::uint32_t bytes = 0; ///< At most maxAnswerBytes.
};

constexpr std::size_t maxAnswerBytes = 16U << 20U;
constexpr std::size_t maxInputBytes = 40U << 20U;
constexpr std::size_t maxProgramBytes = 256U << 10U;

} // namespace psa::events::reader
