#include "plugin-check/process_state.h"

#include "plugin-check/check_context.h"
#include "plugin-check/watched_process.h"

#include <Poco/Channel.h>
#include <Poco/ErrorHandler.h>
#include <Poco/Logger.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/URIStreamOpener.h>

#include <openssl/ssl.h>

#include <dirent.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <new>
#include <sstream>
#include <thread>
#include <utility>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// gcc provides the function but no header for it.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes(); // NOLINT(bugprone-reserved-identifier)
#endif

namespace psa::check {
namespace {

std::string pointerText(const void *pointer)
{
    std::ostringstream text;
    text << pointer;
    return text.str();
}

template <class Function>
std::string functionText(Function *function)
{
    return function == nullptr ? "none" : pointerText(reinterpret_cast<const void *>(function));
}

std::string linkText(const std::string &path)
{
    std::error_code error;
    const auto target = std::filesystem::read_symlink(path, error);
    return error ? "closed" : target.string();
}

/// The value of `name` in /proc/self/status.
std::string statusText(const std::string &name)
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind(name + ":", 0) == 0)
            return line.substr(line.find_first_not_of(" \t", name.size() + 1));
    return "unknown";
}

void addSignals(ProcessState &state)
{
    for (int signal = 1; signal < 32; ++signal)
    {
        struct sigaction action = {};
        if (sigaction(signal, nullptr, &action) == 0)
            state["handler of SIG" + std::string(sigabbrev_np(signal))] =
                action.sa_handler == SIG_DFL   ? "default"
                : action.sa_handler == SIG_IGN ? "ignored"
                                               : pointerText(reinterpret_cast<const void *>(action.sa_handler));
    }
}

/// Values of the environment may be secrets: only whether they changed matters.
void addEnvironment(ProcessState &state)
{
    for (char **each = environ; each != nullptr && *each != nullptr; ++each)
    {
        const std::string entry = *each;
        const std::size_t equals = entry.find('=');
        state["environment variable " + entry.substr(0, equals)] =
            "a value of hash " + std::to_string(std::hash<std::string>()(entry.substr(equals + 1)));
    }
}

void addLimits(ProcessState &state)
{
    constexpr std::array limits{std::pair(RLIMIT_NOFILE, "limit of open files"),
                                std::pair(RLIMIT_CORE, "limit of core files"), std::pair(RLIMIT_AS, "limit of memory"),
                                std::pair(RLIMIT_STACK, "limit of the stack"),
                                std::pair(RLIMIT_FSIZE, "limit of file sizes")};
    for (const auto &[resource, name] : limits)
    {
        rlimit limit{};
        getrlimit(resource, &limit);
        state[name] = std::to_string(limit.rlim_cur) + " of " + std::to_string(limit.rlim_max);
    }
}

std::atomic<unsigned> forkCount{0};

/// How often this process was forked since the first call, even if the child has ended since.
unsigned forks()
{
    static const int registered = pthread_atfork([] { ++forkCount; }, nullptr, nullptr);
    return registered == 0 ? forkCount.load() : 0;
}

/// The number of the next key: glibc assigns the lowest free one.
std::string nextThreadKey()
{
    pthread_key_t key = 0;
    if (pthread_key_create(&key, nullptr) != 0)
        return "none left";
    pthread_key_delete(key);
    return std::to_string(key);
}

void addPoco(ProcessState &state)
{
    const auto context = Poco::Net::SSLManager::instance().defaultClientContext();
    state["Poco's TLS context"] = pointerText(context.get());
    state["verification in Poco's TLS context"] = std::to_string(SSL_CTX_get_verify_mode(context->sslContext()));
    state["channel of Poco's root logger"] = pointerText(Poco::Logger::root().getChannel().get());
    state["level of Poco's root logger"] = std::to_string(Poco::Logger::root().getLevel());
    state["Poco's error handler"] = pointerText(Poco::ErrorHandler::get());
    for (const char *scheme : {"http", "https", "ftp"})
        state["Poco's stream factory for " + std::string(scheme)] =
            Poco::URIStreamOpener::defaultOpener().supportsScheme(scheme) ? "there" : "none";
}

/// thingsLeft() after a wait for threads that are about to exit.
ProcessState settled()
{
    constexpr std::chrono::milliseconds moment(20);
    constexpr int patience = 50;
    ProcessState last = thingsLeft();
    for (int i = 0; i < patience; ++i)
    {
        std::this_thread::sleep_for(moment);
        if (ProcessState now = thingsLeft(); now != std::exchange(last, now))
            continue;
        break;
    }
    return last;
}

std::uint32_t isCancelled(const psa_call *)
{
    return 0;
}

std::int64_t remainingMs(const psa_call *)
{
    return 60000;
}

void log(const psa_call *, psa_log_level, psa_str) {}

void putResult(const psa_call *, psa_str) {}

void putError(const psa_call *, const psa_error *) {}

/// Bytes of the heap in use, without memory that the allocator only keeps. A sanitizer has its own heap.
std::size_t bytesInUse()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return __sanitizer_get_current_allocated_bytes();
#else
    const struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
#endif
}

} // namespace

void preparePoco()
{
    const Poco::Net::Context::Ptr strict =
        new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "", Poco::Net::Context::VERIFY_STRICT);
    Poco::Net::SSLManager::instance().initializeClient(nullptr, nullptr, strict);
}

ProcessState globalState()
{
    ProcessState state;
    addSignals(state);
    addEnvironment(state);
    addLimits(state);
    addPoco(state);
    state["locale"] = std::setlocale(LC_ALL, nullptr); // NOLINT(concurrency-mt-unsafe): only reads it
    state["working folder"] = linkText("/proc/self/cwd");
    state["umask"] = statusText("Umask");
    for (const char *number : {"0", "1", "2"})
        state["file behind descriptor " + std::string(number)] = linkText("/proc/self/fd/" + std::string(number));
    state["terminate handler"] = functionText(std::get_terminate());
    state["new handler"] = functionText(std::get_new_handler());
    return state;
}

ProcessState threadState()
{
    ProcessState state;
    state["rounding mode"] = std::to_string(std::fegetround());
    state["floating-point traps"] = std::to_string(fegetexcept());
    state["locale of the thread"] = pointerText(uselocale(nullptr));
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    std::string names;
    for (int signal = 1; signal < 32; ++signal)
        if (sigismember(&blocked, signal) == 1)
            names += (names.empty() ? "SIG" : ", SIG") + std::string(sigabbrev_np(signal));
    state["blocked signals"] = names.empty() ? "none" : names;
    return state;
}

ProcessState thingsLeft()
{
    ProcessState state;
    for (const auto &entry : std::filesystem::directory_iterator("/proc/self/fd"))
        if (const std::string number = entry.path().filename(); number.size() > 1 || number > "2")
            if (const std::string target = linkText(entry.path()); target.find("/proc/") != 0)
                state["descriptor " + number] = target;
    state["threads"] = statusText("Threads");
    state["key of thread-specific data that is free"] = nextThreadKey();
    state["processes started"] = std::to_string(forks());
    state["children"] = std::to_string(childrenOf(getpid()).size());
    return state;
}

std::vector<std::string> differences(const ProcessState &before, const ProcessState &after)
{
    const auto valueIn = [](const ProcessState &state, const std::string &name) {
        const auto found = state.find(name);
        return found == state.end() ? std::string("not there") : found->second;
    };
    ProcessState all = before;
    all.insert(after.begin(), after.end());
    std::vector<std::string> found;
    for (const auto &[name, ignored] : all)
        if (valueIn(before, name) != valueIn(after, name))
            found.push_back(name + ": was " + valueIn(before, name) + ", is " + valueIn(after, name));
    return found;
}

const psa_call *callThatKeepsNothing()
{
    static const psa_call call{sizeof(psa_call), 0, nullptr, &isCancelled, &remainingMs, &log, &putResult, &putError};
    return &call;
}

void mustNotGrow(CheckContext &context, unsigned times, const std::function<void(unsigned times)> &repeat,
                 unsigned warmUp)
{
    // Bytes per repetition: half of the smallest block of the allocator. Its padding of blocks varies by a few bytes
    // each time.
    constexpr std::size_t tolerated = 16;
    repeat(warmUp);
    const ProcessState before = settled();
    std::size_t grown = 0;
    // The allocator's thread caches count as used until they are full, so only repeated growth is a leak.
    for (int attempt = 0; attempt < 2; ++attempt)
    {
        const std::size_t bytesBefore = bytesInUse();
        repeat(times);
        const std::size_t bytesAfter = bytesInUse();
        grown = bytesAfter > bytesBefore + times * tolerated ? bytesAfter - bytesBefore : 0;
        if (grown == 0)
            break;
    }
    if (grown > 0)
        context.fail("memory grew by " + std::to_string(grown) + " bytes in " + std::to_string(times) + " times");
    const auto left = differences(before, settled());
    for (std::size_t i = 0; i < left.size() && i < 3; ++i)
        context.fail("in " + std::to_string(times) + " repetitions left: " + left[i]);
}

} // namespace psa::check
