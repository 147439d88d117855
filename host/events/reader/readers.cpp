#include "host/events/reader/readers.h"

#include "host/events/reader/answer.h"
#include "host/json/utf8.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <functional>
#include <optional>
#include <system_error>

namespace psa::events::reader {
namespace {

using Outcome = os::Channel::Outcome;
using std::chrono::milliseconds;

constexpr std::size_t lastWordsBytes = 500;
constexpr std::size_t memoryPerInputByte = 32;
constexpr milliseconds timePerMebibyte(100);
constexpr milliseconds exitGrace(1000);

} // namespace

struct Readers::Request
{
    Task task;
    const std::string &program;
    const std::string &input;
    milliseconds time;  ///< For one run.
    std::size_t memory; ///< In bytes.
};

/// One child process. Not thread-safe.
class Readers::Process
{
public:
    explicit Process(const os::ChildProgram &program) : Process(program, os::Channel::makePair()) {}

    /// nullopt = it is of no more use; see reason().
    std::optional<Answer> ask(const Request &request, const ReaderLimits &limits)
    {
        ++runs_;
        const auto until = os::Channel::deadline(request.time + limits.compileTime + limits.patience);
        Answer answer;
        Outcome outcome = channel_.send(headOf(request, limits), until);
        for (const std::string &part : {std::cref(request.program), std::cref(request.input)})
            outcome = outcome == Outcome::done ? channel_.send(part, until) : outcome;
        try
        {
            outcome = outcome == Outcome::done ? receiveAnswer(channel_, until, answer) : outcome;
        }
        catch (const BrokenAnswer &error)
        {
            reason_ = error.what();
            return std::nullopt;
        }
        if (outcome == Outcome::done)
            return answer;
        isLate_ = outcome == Outcome::late;
        reason_ = isLate_ ? "" : causeOfExit(request);
        return std::nullopt;
    }

    std::size_t runs() const { return runs_; }
    /// Why ask() returned nothing: completes "the reader was stopped: ".
    const std::string &reason() const { return reason_; }
    /// It did not answer in time, although it did not use up its processor time.
    bool isLate() const { return isLate_; }
    /// It has not ended, and sends nothing unasked.
    bool isUsable() const { return channel_.isQuiet(); }

private:
    using Ends = std::pair<os::FileDescriptor, os::FileDescriptor>;
    using Pipe = std::pair<os::FileDescriptor, os::FileDescriptor>;

    Process(const os::ChildProgram &program, Ends ends) : Process(program, std::move(ends), makeOutput()) {}
    Process(const os::ChildProgram &program, Ends ends, Pipe output)
        : process_(program.start({"psa-source-reader"},
                                 {{output.second.get(), 1}, {output.second.get(), 2}, {ends.second.get(), channelFile}},
                                 programFile)),
          channel_(std::move(ends.first)), output_(std::move(output.first))
    {
    }

    static Pipe makeOutput()
    {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
            throw std::system_error(errno, std::generic_category(), "cannot create a pipe for a reader's process");
        return {os::FileDescriptor(ends[0]), os::FileDescriptor(ends[1])};
    }

    static std::string headOf(const Request &request, const ReaderLimits &limits)
    {
        const RequestHead head{request.task,
                               static_cast<std::uint32_t>(request.program.size()),
                               static_cast<std::uint32_t>(request.input.size()),
                               static_cast<std::uint32_t>(limits.compileTime.count()),
                               static_cast<std::uint32_t>(request.time.count()),
                               0,
                               request.memory};
        return {reinterpret_cast<const char *>(&head), sizeof head};
    }

    static std::string tookTooLong(const Request &request)
    {
        return "it took longer than " + std::to_string(request.time.count()) + " ms";
    }

    std::string causeOfExit(const Request &request)
    {
        const os::ChildEnd ended = process_.end(exitGrace);
        if (ended.signal == SIGPROF || ended.timedOut)
            return tookTooLong(request);
        if (ended.exitCode == exitOutOfMemory)
            return "it needed more than " + std::to_string(request.memory >> 20U) + " MiB of memory";
        std::array<char, lastWordsBytes> words{};
        const ssize_t got = ::read(output_.get(), words.data(), words.size());
        const std::string said =
            got > 0 ? ": " + json::printableLine({words.data(), static_cast<std::size_t>(got)}) : "";
        const char *advice = ended.signal == SIGSEGV ? " (its values or its recursion may be too deep)" : "";
        return "its process ended: " + os::causeOf(ended) + advice + said;
    }

    os::SpawnedProcess process_;
    os::Channel channel_;
    os::FileDescriptor output_;
    std::size_t runs_ = 0;
    std::string reason_;
    bool isLate_ = false;
};

Readers::Readers(const ReaderLimits &limits, std::shared_ptr<const os::ChildProgram> program)
    : limits_(limits), program_(std::move(program)), idle_(processes)
{
}

Readers::~Readers() = default;

/// The place of a process, taken by one caller. Its process may have to be started.
struct Readers::Lease
{
    explicit Lease(Readers &owner) : readers(owner)
    {
        std::unique_lock lock(readers.mutex_);
        taken = readers.freed_.wait_for(lock, readers.limits_.patience, [&] { return !readers.idle_.empty(); });
        if (!taken)
            return;
        process = std::move(readers.idle_.back());
        readers.idle_.pop_back();
    }
    ~Lease()
    {
        if (!taken)
            return;
        {
            const std::lock_guard lock(readers.mutex_);
            readers.idle_.push_back(std::move(process));
        }
        readers.freed_.notify_one();
    }
    Lease(const Lease &) = delete;
    Lease &operator=(const Lease &) = delete;

    Readers &readers;
    bool taken = false;
    std::unique_ptr<Process> process;
};

void Readers::prepare(Lease &lease)
{
    if (lease.process && lease.process->isUsable() && lease.process->runs() < limits_.runs)
        return;
    lease.process.reset();
    std::shared_ptr<const os::ChildProgram> program;
    {
        const std::lock_guard lock(mutex_);
        if (!program_)
            program_ = sourceReaderProgram();
        program = program_;
    }
    lease.process = std::make_unique<Process>(*program);
}

Reading Readers::run(const Request &request)
try
{
    Lease lease(*this);
    if (!lease.taken)
        return {Reading::Kind::busy, "", "All processes for readers were in use; try again."};
    prepare(lease);
    const auto answer = lease.process->ask(request, limits_);
    if (!answer)
    {
        const std::unique_ptr<Process> ended = std::move(lease.process);
        if (ended->isLate())
            return {Reading::Kind::busy, "", "The machine is too busy to run the reader; try again."};
        return {Reading::Kind::killed, "", "The reader was stopped: " + ended->reason() + "."};
    }
    return readingOf(*answer);
}
catch (const std::exception &error) // the program is missing, or no process can be started
{
    return {Reading::Kind::busy, "", std::string("No process for readers could be started: ") + error.what()};
}

Reading Readers::read(const std::string &program, const std::string &tree)
{
    if (program.size() > maxProgramBytes)
        return {Reading::Kind::failed, "", tooLongProgram()};
    if (tree.size() > maxInputBytes)
        return {Reading::Kind::failed, "", "The delivery is too large for a reader."};
    const std::size_t mebibytes = tree.size() >> 20U;
    return run({Task::read, program, tree, limits_.time + timePerMebibyte * static_cast<std::int64_t>(mebibytes),
                limits_.memory + tree.size() * memoryPerInputByte});
}

std::string Readers::check(const std::string &program)
{
    if (program.size() > maxProgramBytes)
        return tooLongProgram();
    return run({Task::check, program, "", limits_.time, limits_.memory}).text;
}

std::string Readers::tooLongProgram()
{
    return "The program is longer than " + std::to_string(maxProgramBytes >> 10U) + " KiB.";
}

std::shared_ptr<const os::ChildProgram> sourceReaderProgram()
{
    static const auto program =
        std::make_shared<const os::ChildProgram>("psa-source-reader", "runs the readers of sources");
    return program;
}

} // namespace psa::events::reader
