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

/// The work of serve(). One thread reads the frames and hands them out: what runs the plugin is a thread for everything
/// that belongs to no instance, and one for each instance.
class Session : public std::enable_shared_from_this<Session>
{
public:
    /// Throws std::system_error.
    Session(const ServeFiles &files, const Hooks &hooks);

    /// Until the socket ends.
    void run();

private:
    /// What calls one instance; the first one has none and describes the plugin.
    struct Place
    {
        std::shared_ptr<Lane> lane;
        std::atomic<bool> busy{false}; ///< A call is in progress.
        psa_instance *object = nullptr;
        bool created = false;
    };
    struct Order
    {
        std::uint64_t call = 0;
        std::size_t slot = 0;
        Verb verb = Verb::describe;
        std::vector<std::string> arguments;
    };

    void dispatch(Frame frame);
    void takeEnter(const FrameHead &head, FrameReader &reader);
    void takeOffer(const FrameHead &head, FrameReader &reader);
    void takeCall(const FrameHead &head, FrameReader &reader);
    void takeDestroy(const FrameHead &head, FrameReader &reader);

    std::shared_ptr<Place> addPlace(std::size_t slot);
    void post(const std::shared_ptr<Place> &place, std::function<void()> task);
    void load(std::uint64_t request, std::uint32_t abiMajor, std::uint32_t abiMinor,
              const std::vector<std::string> &services);
    void carryOut(Place &place, const Order &order);
    void destroy(Place &place, std::uint64_t request);
    void refuse(std::uint64_t call, const std::string &why);
    void entering(const char *what);

    ServeFiles files_;
    Hooks hooks_;
    Report report_;
    std::shared_ptr<HostLink> link_;
    Plugin plugin_;
    std::map<std::size_t, std::shared_ptr<Place>> places_; ///< By slot.
    bool loading_ = false;                                 ///< "enter" was received.
    bool tightened_ = false;                               ///< Hooks::beforeInstances was called.
};

/// The first frame: which protocol is spoken, and what `report` says.
void sayHello(HostLink &link, const Report &report);

} // namespace psa::plugin::runner::child
