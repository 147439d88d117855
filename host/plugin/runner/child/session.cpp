#include "host/plugin/runner/child/session.h"

#include "host/plugin/runner/child/call.h"
#include "host/plugin/runner/child/plugin_host.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

namespace psa::plugin::runner::child {
namespace {

/// More than the schema of a descriptor allows.
constexpr std::size_t maxIds = 1000;

std::vector<std::string> readTexts(FrameReader &reader, std::size_t most)
{
    std::vector<std::string> texts;
    for (std::uint64_t left = reader.number(most); left > 0; --left)
        texts.emplace_back(reader.text());
    return texts;
}

bool isDecimal(const std::string &text)
{
    return !text.empty() && text.size() < 10 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Throws BadFrame unless the verb can be called with these arguments.
void check(const VerbRow &row, const std::vector<std::string> &arguments)
{
    if (arguments.size() != row.arguments.size())
        throw BadFrame(std::string(row.name) + " with " + std::to_string(arguments.size()) + " arguments");
    for (std::size_t i = 0; i < arguments.size(); ++i)
        if (row.arguments[i].kind == ArgumentKind::number && !isDecimal(arguments[i]))
            throw BadFrame(std::string(row.name) + " with an argument that is not a number");
}

} // namespace

Session::Session(const ServeFiles &files, const Hooks &hooks)
    : files_(files), hooks_(hooks), link_(std::make_shared<HostLink>(files, hooks.ownProcess)), plugin_(link_)
{
    if (hooks_.beforeLoading)
        report_ = hooks_.beforeLoading(*link_->page());
}

void Session::run()
{
    try
    {
        sayHello(*link_, report_);
        while (auto frame = link_->channel().read())
            dispatch(std::move(*frame));
    }
    catch (const BadFrame &bad)
    {
        link_->fail(std::string("the host: it sent ") + bad.what());
    }
    catch (const std::exception &error)
    {
        link_->fail(error.what()); // out of memory
    }
    link_->end();
    for (const auto &[slot, place] : places_)
        place->lane->end();
    for (const auto &[slot, place] : places_)
        place->lane->waitUnlessBusy();
    places_.clear();
}

void sayHello(HostLink &link, const Report &report)
{
    FrameWriter hello(Kind::hello);
    hello.number(protocolVersion).text(PSA_HOST_VERSION).number(report.inEffect).text(report.missing);
    link.channel().post(std::move(hello).take());
}

void Session::dispatch(Frame frame)
{
    FrameReader reader(frame.payload);
    switch (frame.head.kind)
    {
    case Kind::enter:
        return takeEnter(frame.head, reader);
    case Kind::offer:
        return takeOffer(frame.head, reader);
    case Kind::call:
        return takeCall(frame.head, reader);
    case Kind::destroy:
        return takeDestroy(frame.head, reader);
    case Kind::response:
        return link_->answer(std::move(frame));
    default:
        throw BadFrame("a frame of the kind " + std::to_string(static_cast<unsigned>(frame.head.kind)));
    }
}

std::shared_ptr<Session::Place> Session::addPlace(std::size_t slot)
{
    auto place = std::make_shared<Place>();
    place->lane = Lane::start([link = link_] { link->fail("the plugin ended a thread of the runner"); });
    places_[slot] = place;
    return place;
}

void Session::post(const std::shared_ptr<Place> &place, std::function<void()> task)
{
    place->lane->post([self = shared_from_this(), place, task = std::move(task)] {
        try
        {
            task();
        }
        catch (const BadFrame &bad)
        {
            self->link_->fail(std::string("the host: it sent ") + bad.what());
        }
        catch (const std::exception &error)
        {
            self->link_->fail(error.what()); // out of memory
        }
    });
}

void Session::takeEnter(const FrameHead &head, FrameReader &reader)
{
    const std::uint32_t major = reader.number32();
    const std::uint32_t minor = reader.number32();
    auto services = readTexts(reader, maxIds);
    reader.end();
    if (std::exchange(loading_, true))
        throw BadFrame("enter twice");
    std::shared_ptr<Place> place;
    try
    {
        place = addPlace(0);
    }
    catch (const std::system_error &error)
    {
        return link_->channel().post(std::move(FrameWriter(Kind::refused, 0, head.request)
                                                   .text(std::string("no thread for the plugin: ") + error.what()))
                                         .take());
    }
    post(place, [this, major, minor, request = head.request, services = std::move(services)] {
        load(request, major, minor, services);
    });
}

void Session::entering(const char *what)
{
    link_->channel().write(std::move(FrameWriter(Kind::entering).text(what)).take());
}

void Session::load(std::uint64_t request, std::uint32_t abiMajor, std::uint32_t abiMinor,
                   const std::vector<std::string> &services)
{
    entering("its constructors");
    try
    {
        plugin_.map(files_.plugin);
        if (hooks_.afterLoading)
            hooks_.afterLoading();
    }
    catch (const std::exception &error)
    {
        return link_->channel().write(std::move(FrameWriter(Kind::refused, 0, request).text(error.what())).take());
    }
    entering("psa_plugin_entry");
    plugin_.enter(PluginHost::make(link_, abiMajor, abiMinor, {services.begin(), services.end()}), request);
}

void Session::takeOffer(const FrameHead &head, FrameReader &reader)
{
    auto ids = readTexts(reader, maxIds);
    reader.end();
    const auto place = places_.find(0);
    if (place == places_.end())
        throw BadFrame("offer before enter");
    post(place->second, [this, request = head.request, ids = std::move(ids)] {
        entering("get_extension");
        plugin_.offer(ids, request);
    });
}

void Session::takeCall(const FrameHead &head, FrameReader &reader)
{
    Order order;
    order.call = head.call;
    order.slot = reader.number(SharedPage::slots - 1);
    order.verb = static_cast<Verb>(reader.number(verbTable().size() - 1));
    order.arguments = readTexts(reader, rowOf(order.verb).arguments.size());
    reader.end();
    check(rowOf(order.verb), order.arguments);
    const auto found = places_.find(order.slot);
    const bool makes = order.verb == Verb::create;
    if (!plugin_.isEntered() || (order.slot == 0) != (order.verb == Verb::describe) ||
        (!makes && found == places_.end()))
        throw BadFrame(std::string("a call of ") + rowOf(order.verb).name + " that is not possible");
    if (makes && hooks_.beforeInstances && !std::exchange(tightened_, true))
        hooks_.beforeInstances();
    std::shared_ptr<Place> place;
    try
    {
        place = found == places_.end() ? addPlace(order.slot) : found->second;
    }
    catch (const std::system_error &error)
    {
        return refuse(order.call, error.what());
    }
    if (place->busy.exchange(true))
        throw BadFrame("a second call of one instance");
    post(place, [this, place, order = std::move(order)] { carryOut(*place, order); });
}

/// The answer to a call for which there is no thread.
void Session::refuse(std::uint64_t call, const std::string &why)
{
    const std::string message = "There is no thread for this instance of the plugin: " + why;
    constexpr std::string_view hint = "Raise the limits of psa-host (ulimit -u, TasksMax) or ask for fewer instances.";
    FrameWriter error(Kind::error, call);
    error.number(1).number(PSA_INTERNAL).number(0).number(0);
    for (const std::string_view text :
         {std::string_view(message), hint, std::string_view(), std::string_view(), std::string_view()})
        error.textOrNone(text).number(text.size());
    FrameWriter returned(Kind::returned, call);
    returned.number(PSA_INTERNAL).number(0).textOrNone({});
    link_->channel().post(std::move(error).take());
    link_->channel().post(std::move(returned).take());
}

void Session::carryOut(Place &place, const Order &order)
{
    if (order.verb >= Verb::create && place.created != (order.verb > Verb::create))
        throw BadFrame(place.created ? "create of an instance that was created" : "a call of an instance that was not");
    const auto call = Call::begin(link_, order.call, order.slot);
    const Returned result = plugin_.call(order.verb, call->raw(), place.object, order.arguments);
    call->end();
    const bool isNull = order.verb == Verb::create && place.object == nullptr;
    place.created =
        place.created || (order.verb == Verb::create && result.status == PSA_OK && !result.thrown && !isNull);
    FrameWriter returned(Kind::returned, order.call);
    returned.number(result.status).number(isNull ? 1 : 0).textOrNone(result.thrown);
    place.busy = false;
    link_->channel().write(std::move(returned).take());
}

void Session::takeDestroy(const FrameHead &head, FrameReader &reader)
{
    const std::size_t slot = reader.number(SharedPage::slots - 1);
    reader.end();
    const auto found = places_.find(slot);
    if (slot == 0 || found == places_.end())
        return link_->channel().post(std::move(FrameWriter(Kind::destroyed, 0, head.request).number(0)).take());
    const auto place = std::exchange(found->second, nullptr);
    places_.erase(found);
    post(place, [this, place, request = head.request] { destroy(*place, request); });
}

void Session::destroy(Place &place, std::uint64_t request)
{
    const bool threw = place.created && !plugin_.destroy(place.object);
    link_->channel().write(std::move(FrameWriter(Kind::destroyed, 0, request).number(threw ? 1 : 0)).take());
    place.lane->end();
}

void serve(const ServeFiles &files, const Hooks &hooks)
{
    std::make_shared<Session>(files, hooks)->run();
}

} // namespace psa::plugin::runner::child
