#include "tests/support/run_program.h"

#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace psa::test {
namespace {

std::string textOf(const std::filesystem::path &file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

/// An anonymous file; the child writes to it, so that no pipe can fill up.
struct Output
{
    std::string path = "/tmp/psa-output-XXXXXX";
    int fd = mkstemp(path.data());
    Output() = default;
    Output(const Output &) = delete;
    Output &operator=(const Output &) = delete;
    ~Output()
    {
        close(fd);
        unlink(path.c_str());
    }
    std::string text() const { return textOf(path); }
};

std::vector<char *> pointersTo(std::vector<std::string> &texts)
{
    std::vector<char *> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string &text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

struct Descriptor
{
    int number;
    ~Descriptor() { close(number); }
};

/// Throws std::runtime_error.
pid_t start(const std::string &program, const std::vector<std::string> &arguments,
            const std::vector<std::string> &environment, int out, int err)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, err, 2);
    std::vector<std::string> argv{program};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    std::vector<std::string> all = environment; // first, because the first of two equal names counts
    for (char **each = environ; *each != nullptr; ++each)
        all.emplace_back(*each);
    pid_t child = 0;
    const int error =
        posix_spawn(&child, program.c_str(), &actions, nullptr, pointersTo(argv).data(), pointersTo(all).data());
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        throw std::runtime_error("cannot run " + program);
    return child;
}

} // namespace

ProgramResult runProgram(const std::string &program, const std::vector<std::string> &arguments,
                         const std::vector<std::string> &environment)
{
    const Output out;
    const Output err;
    const pid_t child = start(program, arguments, environment, out.fd, err.fd);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    ProgramResult result{-1, 0, false, out.text(), err.text()};
    if (WIFEXITED(status))
        result.exitCode = WEXITSTATUS(status);
    if (WIFSIGNALED(status))
    {
        result.signal = WTERMSIG(status);
        result.core = WCOREDUMP(status);
    }
    return result;
}

RunningProgram::RunningProgram(const std::string &program, const std::vector<std::string> &arguments,
                               const std::filesystem::path &log)
    : log_(log)
{
    const Descriptor file{open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    if (file.number < 0)
        throw std::runtime_error("cannot write " + log.string());
    process_ = start(program, arguments, {}, file.number, file.number);
}

RunningProgram::~RunningProgram()
{
    kill(process_, SIGTERM);
    while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR)
        ;
}

std::string RunningProgram::output() const
{
    return textOf(log_);
}

} // namespace psa::test
