#include "host/events/reader/child/confine.h"
#include "host/events/reader/child/jq_program.h"
#include "host/events/reader/protocol.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <iostream>
#include <list>
#include <new>
#include <system_error>

namespace psa::events::reader::child {
namespace {

/// Whether the descriptor of the protocol is a socket, as psa-host passes it.
bool isStartedByHost()
{
    struct stat status = {};
    return fstat(channelFile, &status) == 0 && S_ISSOCK(status.st_mode);
}

constexpr std::uint32_t largeInput = 1U << 20U;

/// The host closed the socket.
struct HostGone
{
};

void receive(void *to, std::size_t size)
{
    for (auto *at = static_cast<char *>(to); size > 0;)
    {
        const ssize_t got = recv(channelFile, at, size, 0);
        if (got == 0 || (got < 0 && errno != EINTR))
            throw HostGone();
        at += std::max<ssize_t>(got, 0);
        size -= static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    }
}

void send(const void *from, std::size_t size)
{
    for (const auto *at = static_cast<const char *>(from); size > 0;)
    {
        const ssize_t sent = ::send(channelFile, at, size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            throw HostGone();
        at += std::max<ssize_t>(sent, 0);
        size -= static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
    }
}

void answer(Result result, const std::string &text)
{
    const AnswerHead head{result, static_cast<std::uint32_t>(std::min(text.size(), maxAnswerBytes))};
    send(&head, sizeof head);
    send(text.data(), head.bytes);
}

/// The programs that were used last, compiled: libjq needs 20 to 30 ms for one.
class Programs
{
public:
    /// `isNew`: set if it had to be compiled.
    JqProgram &get(const std::string &text, std::uint32_t compileMs, bool &isNew)
    {
        for (auto at = kept_.begin(); at != kept_.end(); ++at)
            if (at->text == text)
            {
                kept_.splice(kept_.begin(), kept_, at);
                return kept_.front().program;
            }
        while (kept_.size() >= maxKept)
            kept_.pop_back();
        isNew = true;
        limitTime(compileMs);
        kept_.emplace_front(text);
        return kept_.front().program;
    }

private:
    static constexpr std::size_t maxKept = 64;

    struct Kept
    {
        explicit Kept(const std::string &given) : text(given), program(given) {}
        std::string text;
        JqProgram program;
    };

    std::list<Kept> kept_; ///< The one used last comes first.
};

/// What the process had before a run. It grows with the programs that are kept, and slowly by what libjq leaks.
class MemoryInUse
{
public:
    std::size_t bytes()
    {
        if (runs_++ % lookEvery == 0)
            bytes_ = memoryInUse();
        return bytes_;
    }
    void lookAgain() { runs_ = 0; }

private:
    static constexpr std::size_t lookEvery = 500;
    std::size_t runs_ = 0;
    std::size_t bytes_ = 0;
};

/// Carries out one request.
void serve(const RequestHead &head, Programs &programs, MemoryInUse &memory)
{
    std::string text(head.programBytes, '\0');
    std::string input(head.inputBytes, '\0');
    receive(text.data(), text.size());
    receive(input.data(), input.size());
    limitMemory(memory.bytes() + head.memory);
    try
    {
        bool isNew = false;
        JqProgram &program = programs.get(text, head.compileMs, isNew);
        if (isNew)
            memory.lookAgain();
        limitTime(head.runMs);
        const std::string outputs = head.task == Task::read ? program.run(input) : std::string();
        limitTime(0);
        answer(Result::outputs, outputs);
    }
    catch (const ProgramError &error)
    {
        limitTime(0);
        answer(Result::error, error.what());
    }
    catch (const NotCompiled &error)
    {
        limitTime(0);
        answer(Result::notCompiled, error.what());
    }
    catch (const OutputTooLong &)
    {
        limitTime(0);
        answer(Result::tooLong, "");
    }
}

int run()
{
    if (!isStartedByHost())
    {
        std::cerr << "psa-host starts this program to run the readers of sources; do not start it yourself. To try a "
                     "reader, use: psa-host source test\n";
        return 2;
    }
    close(programFile);
    prctl(PR_SET_NAME, "source-reader"); // otherwise it is the number of the descriptor that was executed
    confine();
    Programs programs;
    MemoryInUse memory;
    try
    {
        for (;;)
        {
            RequestHead head;
            receive(&head, sizeof head);
            serve(head, programs, memory);
            if (head.inputBytes <= largeInput)
                continue; // what follows takes too long to be done each time
            malloc_trim(0);
            memory.lookAgain();
        }
    }
    catch (const HostGone &)
    {
        return 0;
    }
}

} // namespace
} // namespace psa::events::reader::child

int main()
try
{
    return psa::events::reader::child::run();
}
catch (const std::bad_alloc &)
{
    return psa::events::reader::exitOutOfMemory;
}
catch (const std::exception &error)
{
    std::cerr << "psa-source-reader: " << error.what() << '\n';
    return 1;
}
