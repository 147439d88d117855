#pragma once

#include "host/plugin/runner/child/serve.h"
#include "host/plugin/runner/frame.h"
#include "host/plugin/runner/protocol.h"
#include "host/plugin/verb.h"

#include <sys/types.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace runner_test {

using psa::plugin::Verb;
using psa::plugin::runner::FrameHead;
using psa::plugin::runner::FrameReader;
using psa::plugin::runner::FrameWriter;
using psa::plugin::runner::Kind;
using psa::plugin::runner::SharedPage;

struct Frame
{
    FrameHead head;
    std::string payload;

    FrameReader reader() const { return FrameReader(payload); }
};

/// How a runner's process exited.
struct Ended
{
    int signal = 0;
    int code = 0;
    std::string words; ///< What it wrote to its standard output and error.
};

/// The host's side of the protocol for one runner, driven by the test. Fails the test if an awaited frame does not arrive
/// within 20 seconds.
class ScriptedHost
{
public:
    enum class Where
    {
        thread,
        process
    };
    /// Starts a runner for the plugin `path`. In a child process, calls `first` there before.
    ScriptedHost(Where where, const std::string &path, const std::function<void()> &first = {});
    ~ScriptedHost();
    ScriptedHost(const ScriptedHost &) = delete;
    ScriptedHost &operator=(const ScriptedHost &) = delete;

    void send(FrameWriter &&frame) const;
    void sendBytes(const std::string &bytes) const;
    Frame next() const;
    /// Waits for the next frame, which must be of this kind.
    Frame next(Kind kind) const;
    /// Whether the runner has closed the socket; skips frames before that.
    bool ends() const;
    SharedPage &page() const { return *page_; }
    pid_t process() const { return process_; }

    /// Exchanges the frames up to "entered" and "offered"; returns the hello.
    Frame start(const std::vector<std::string> &services = {"psa.http/1", "psa.clock/1", "psa.cache/1",
                                                            "psa.secrets/1"}) const;
    /// Sends a call without waiting.
    void startCall(std::uint64_t number, std::size_t slot, Verb verb,
                   const std::vector<std::string> &arguments = {}) const;
    /// Makes one call and returns its frames up to "returned". Calls `answer` for each request.
    std::vector<Frame> call(std::size_t slot, Verb verb, const std::vector<std::string> &arguments = {},
                            const std::function<void(const Frame &)> &answer = {});
    /// Creates and configures an instance in `slot`.
    void makeInstance(std::size_t slot, const std::string &configuration = "{}");
    /// The result of create_ticket with this reference.
    std::string deed(const std::string &reference, const std::function<void(const Frame &)> &answer = {});

    /// Closes the socket; waits for the thread or the process.
    Ended end();
    /// Waits for the process to exit by itself.
    Ended waitForEnd();

private:
    void startThread();
    void startProcess(const std::function<void()> &first);

    int socket_ = -1;
    int remote_ = -1;
    int pageFile_ = -1;
    int plugin_ = -1;
    int words_ = -1;
    SharedPage *page_ = nullptr;
    std::thread thread_;
    pid_t process_ = 0;
    std::uint64_t calls_ = 0;
};

/// The text of the first frame "result"; "" = there is none.
std::string resultIn(const std::vector<Frame> &frames);
/// Numbers of the denied system calls in the page.
std::vector<std::uint32_t> deniedIn(const SharedPage &page);

} // namespace runner_test
