// Hostile plugins in real processes: psa-host and the plugin of another connection continue, no resource is leaked, and the
// outcome or the log names the plugin and what it did.
#include "host/os/process.h"
#include "host/plugin/loaded_plugin.h"
#include "tests/faults/fault_plugin.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace psa::plugin;
using psa::test::ample;
using psa::test::faultPlugin;
using psa::test::in;
using psa::test::Lines;
using std::chrono::milliseconds;

namespace {

/// A connection with a process of its own.
struct Connected
{
    std::shared_ptr<Lines> lines = std::make_shared<Lines>();
    Instance instance;

    explicit Connected(const std::string &deed, milliseconds grace = ample)
        : instance(faultPlugin("hostile"), Lines::log(lines), grace)
    {
        REQUIRE(instance.create(in(ample)).ok());
        REQUIRE(instance.configure(deed, in(ample)).ok());
    }
    CallOutcome test(milliseconds time = ample) { return instance.call(testCall(), {}, in(time)); }
};

/// Open files, threads and children of this process.
struct Possessions
{
    std::size_t files = count("/proc/self/fd");
    std::size_t threads = count("/proc/self/task");
    std::string children = allChildren();

    bool operator==(const Possessions &) const = default;

private:
    static std::size_t count(const char *folder)
    {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
    }
    static std::string allChildren()
    {
        std::string all;
        std::error_code gone; // a thread may end meanwhile
        for (const auto &thread : std::filesystem::directory_iterator("/proc/self/task", gone))
        {
            std::ifstream file(thread.path() / "children");
            all.append(std::istreambuf_iterator<char>(file), {});
        }
        return all;
    }
};

/// Calls the plugin of another connection continuously.
class Bystander
{
public:
    Bystander()
        : thread_([this] {
              while (!done_)
              {
                  ++calls_;
                  failures_ += connection_.test().ok() ? 0U : 1U;
              }
          })
    {
    }
    ~Bystander() { end(); }
    Bystander(const Bystander &) = delete;
    Bystander &operator=(const Bystander &) = delete;

    /// Waits until this many more calls have been made.
    void waitForCalls(unsigned many) const
    {
        for (const unsigned until = calls_ + many; calls_ < until;)
            std::this_thread::yield();
    }
    /// The number of failed calls.
    unsigned end()
    {
        done_ = true;
        if (thread_.joinable())
            thread_.join();
        return failures_;
    }

private:
    Connected connection_{"nothing"};
    std::atomic<bool> done_{false};
    std::atomic<unsigned> calls_{0};
    std::atomic<unsigned> failures_{0};
    std::thread thread_;
};

struct Attack
{
    const char *deed;
    Ended ended;
    const char *blame; ///< In the message of the call, or in the log.
    milliseconds time = ample;
    bool ok = false; ///< The call succeeds nevertheless.
    /// The runner's main thread may see the closed socket first, and exits.
    bool mayExit = false;
};

/// Does it beside the bystander.
void attack(const Attack &wanted)
{
    CAPTURE(wanted.deed);
    { // what is made once is not counted
        Connected first("nothing");
        REQUIRE(first.test().ok());
    }
    Bystander bystander;
    bystander.waitForCalls(2);
    const Possessions before;
    {
        Connected hostile(wanted.deed, milliseconds(wanted.time < ample ? 200 : 5000));
        const CallOutcome outcome = hostile.test(wanted.time);
        bystander.waitForCalls(2);
        hostile.instance.destroy();
        const std::string said = (outcome.error ? outcome.error->message : "") + "\n" + hostile.lines->text();
        CAPTURE(said);
        const bool exited = wanted.mayExit && outcome.ended == Ended::died;
        CHECK(outcome.ended == (exited ? Ended::died : wanted.ended));
        CHECK(outcome.ok() == wanted.ok);
        CHECK_THAT(said, Catch::Contains("plugin com.example.hostile") &&
                             Catch::Contains(exited ? "ended its process with exit code 0" : wanted.blame));
        CHECK(hostile.lines->all().size() <= LogBudget::maxLines + 40);
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!(Possessions() == before) && std::chrono::steady_clock::now() < until) // a thread ends after its join
        std::this_thread::yield();
    const Possessions after;
    CHECK(after.files == before.files);
    CHECK(after.threads == before.threads);
    CHECK(after.children == before.children);
    bystander.waitForCalls(2);
    CHECK(bystander.end() == 0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
Attack denied(const char *deed, const char *blame)
{
    return {deed, Ended::returned, blame, ample, true};
}

#endif

constexpr const char *broke = "it broke the protocol of psa-plugin-runner: it sent ";

} // namespace

// Not in a sanitizer build, which filters no system calls and limits no memory: there these attacks would succeed.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a plugin that attacks the system gets nothing, and the log says what it tried")
{
    attack(GENERATE(denied("fork", "called clone, which its process may not"), denied("exec", "called execve"),
                    denied("descriptors", "called dup"), denied("kill", "called kill"),
                    denied("killAll", "called kill"), denied("ptrace", "called ptrace"),
                    denied("socket", "called socket"), denied("passwd", "called openat"),
                    denied("store", "called openat"), denied("write", "called openat"),
                    denied("limits", "called prlimit64"), denied("handler", "called rt_sigaction")));
}

TEST_CASE("a plugin that blocks SIGSYS is killed by a denied system call")
{
    attack({"blocked", Ended::died, "crashed in test: signal SIGSYS"});
}

TEST_CASE("a plugin that exhausts its memory or threads affects no other")
{
    const char *deed = GENERATE("memory", "threads");
    CAPTURE(deed);
    Bystander bystander;
    Connected hostile(deed, milliseconds(5000));
    const CallOutcome outcome = hostile.test();
    CHECK((outcome.ok() || outcome.error->message.find("com.example.hostile") != std::string::npos));
    bystander.waitForCalls(10);
    CHECK(bystander.end() == 0);
}
#endif

TEST_CASE("a plugin that attacks the socket to psa-host is killed and blamed for what it did")
{
    attack(GENERATE(Attack{"closes", Ended::died, "crashed in test: it "}, Attack{"garbage", Ended::died, broke},
                    Attack{"helloTwice", Ended::died, "a frame of kind 1 that it was not asked"},
                    Attack{"offers", Ended::died, "a frame of kind 5 that it was not asked for"},
                    Attack{"future", Ended::died, "a frame of a call that does not exist"},
                    Attack{"returnsAll", Ended::died, "a frame of a call that does not exist"},
                    Attack{"response", Ended::died, "a frame of kind 68 that it was not asked for"},
                    Attack{"floodsOutside", Ended::died, "more than 100000 frames or 512 MiB outside calls"},
                    Attack{"floodsLate", Ended::died, "more than 100000 frames or 512 MiB outside calls"}));
}

TEST_CASE("a plugin that hangs, stops its process or spins is abandoned at its deadline")
{
    attack(GENERATE(Attack{"stops", Ended::hung, "did not return from test", milliseconds(200)},
                    Attack{"spins", Ended::hung, "did not return from test", milliseconds(200)},
                    Attack{"closesAndHangs", Ended::hung, "did not return from test", milliseconds(200), false, true}));
}

TEST_CASE("a child that has left its process group, where nothing forbids it, is killed too")
{
    std::array<int, 2> ends{};
    REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
    const psa::os::FileDescriptor reader(ends[0]);
    psa::os::FileDescriptor writer(ends[1]);
    auto child = psa::os::SpawnedProcess::start(
        "/usr/bin/perl", {"perl", "-e", "setpgrp(0, getpgrp(getppid())) or exit 1; syswrite(STDOUT, 'x'); sleep(1000)"},
        {{writer.get(), 1}}, psa::os::Environment::empty);
    writer.reset();
    char byte = 0;
    REQUIRE(read(reader.get(), &byte, 1) == 1);
    CHECK(child.end(milliseconds(0)).signal == SIGKILL);
}

TEST_CASE("a result of 1 GiB is not copied, and the plugin is blamed")
{
    attack({"hugeResult", Ended::returned, "delivered a result of 1073741824 bytes"});
}
