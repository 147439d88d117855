#pragma once

#include "host/plugin/runner/child/lane.h"
#include "host/plugin/runner/child/plugin.h"
#include "host/plugin/runner/child/serve.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace psa::plugin::runner::child {

/// The implementation of serve(). The thread of run() reads the frames and dispatches them to the threads that run the
/// plugin: one for everything that belongs to no instance (slot 0), and one for each instance.
class Session : public std::enable_shared_from_this<Session>
{
public:
    /// Throws std::system_error.
    Session(const ServeFiles &files, const Hooks &hooks);

    /// Returns when the socket is closed.
    void run();

private:
    /// The thread of one slot, and its instance; slot 0 has none.
    struct Worker
    {
        std::shared_ptr<Lane> lane;
        std::atomic<bool> busy{false}; ///< A call is in progress.
        psa_instance *object = nullptr;
        bool created = false;
    };
    /// The content of a frame "call".
    struct CallRequest
    {
        std::uint64_t call = 0;
        std::size_t slot = 0;
        Verb verb = Verb::describe;
        std::vector<std::string> arguments;
    };

    void dispatch(Frame frame);
    void handleEnter(const FrameHead &head, FrameReader &reader);
    void handleOffer(const FrameHead &head, FrameReader &reader);
    void handleCall(const FrameHead &head, FrameReader &reader);
    void handleDestroy(const FrameHead &head, FrameReader &reader);

    std::shared_ptr<Worker> addWorker(std::size_t slot);
    void post(const std::shared_ptr<Worker> &worker, std::function<void()> task);
    void load(std::uint64_t request, std::uint32_t abiMajor, std::uint32_t abiMinor,
              const std::vector<std::string> &services);
    void execute(Worker &worker, const CallRequest &request);
    void destroy(Worker &worker, std::uint64_t request);
    void refuse(std::uint64_t call, const std::string &why);
    void entering(const char *what);

    ServeFiles files_;
    Hooks hooks_;
    Report report_;
    std::shared_ptr<HostLink> link_;
    Plugin plugin_;
    std::map<std::size_t, std::shared_ptr<Worker>> workers_; ///< By slot.
    bool loading_ = false;                                   ///< "enter" was received.
    bool threadConfined_ = false;                            ///< Hooks::beforeInstances was called.
};

/// Sends "hello", the first frame.
void sayHello(HostLink &link, const Report &report);

} // namespace psa::plugin::runner::child
