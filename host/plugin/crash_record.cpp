#include "host/plugin/crash_record.h"

#include "host/os/file_descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <system_error>

namespace psa::plugin {
namespace {

struct FatalSignal
{
    int number;
    const char *name;
};
constexpr std::array fatalSignals{FatalSignal{SIGSEGV, "SIGSEGV"}, FatalSignal{SIGBUS, "SIGBUS"},
                                  FatalSignal{SIGILL, "SIGILL"},   FatalSignal{SIGFPE, "SIGFPE"},
                                  FatalSignal{SIGABRT, "SIGABRT"}, FatalSignal{SIGSYS, "SIGSYS"}};

/// The call that the thread is in; read by the signal handler, so both are plain pointers.
thread_local const char *currentPlugin = nullptr;
thread_local const char *currentOperation = nullptr;
int recordFile = -1;

/// Async-signal-safe.
void record(const char *how)
{
    if (currentPlugin == nullptr || recordFile < 0)
        return;
    for (const char *text : {currentPlugin, "\n", currentOperation, "\n", how, "\n"})
        if (write(recordFile, text, strlen(text)) < 0)
            return;
    fdatasync(recordFile);
}

extern "C" void onFatalSignal(int number)
{
    for (const FatalSignal &each : fatalSignals)
        if (each.number == number)
            record(each.name);
    // The handler was reset when it was called: this ends the process the way it would have ended.
    raise(number);
}

extern "C" void onExit()
{
    record("exit");
}

/// Stack of the handler in case the thread has used up its own.
void giveSignalStack()
{
    constexpr std::size_t bytes = 64 << 10;
    struct Stack
    {
        std::unique_ptr<char[]> memory = std::make_unique<char[]>(bytes);
        Stack()
        {
            const stack_t stack{memory.get(), 0, bytes};
            sigaltstack(&stack, nullptr);
        }
        ~Stack()
        {
            const stack_t none{nullptr, SS_DISABLE, 0};
            sigaltstack(&none, nullptr);
        }
        Stack(const Stack &) = delete;
        Stack &operator=(const Stack &) = delete;
    };
    static thread_local const Stack stack;
}

} // namespace

void recordCrashes(const std::filesystem::path &file)
{
    recordFile = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (recordFile < 0)
        throw std::system_error(errno, std::generic_category(), file.string() + " cannot be opened");
    struct sigaction action = {};
    action.sa_handler = onFatalSignal;
    action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
    for (const FatalSignal &each : fatalSignals)
        if (sigaction(each.number, &action, nullptr) != 0)
            throw std::system_error(errno, std::generic_category(), std::string("no handler for ") + each.name);
    if (std::atexit(onExit) != 0)
        throw std::system_error(ENOMEM, std::generic_category(), "an exit handler cannot be registered");
}

std::optional<PluginCrash> readAndRemoveCrash(const std::filesystem::path &file)
{
    std::ifstream in(file);
    PluginCrash crash;
    const bool whole = static_cast<bool>(std::getline(in, crash.plugin) && std::getline(in, crash.operation) &&
                                         std::getline(in, crash.how));
    std::error_code none; // it does not exist
    std::filesystem::remove(file, none);
    return whole ? std::optional(crash) : std::nullopt;
}

InsidePlugin::InsidePlugin(const char *plugin, const char *operation)
{
    if (recordFile >= 0)
        giveSignalStack();
    currentPlugin = plugin;
    currentOperation = operation;
}

InsidePlugin::~InsidePlugin()
{
    currentPlugin = nullptr;
    currentOperation = nullptr;
}

} // namespace psa::plugin
