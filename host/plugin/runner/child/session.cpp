#include "host/plugin/runner/child/session.h"

#include "host/plugin/runner/child/call.h"
#include "host/plugin/runner/child/plugin_host.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

namespace psa::plugin::runner::child {
namespace {

/// Limit of ids in one frame: more than the schema of a descriptor allows.
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
    for (const auto &[slot, worker] : workers_)
        worker->lane->end();
    for (const auto &[slot, worker] : workers_)
        worker->lane->waitUnlessBusy();
    workers_.clear();
}

void sayHello(HostLink &link, const Report &report)
{
    FrameWriter hello(Kind::hello);
    hello.number(protocolVersion).text(PSA_HOST_VERSION).number(report.inEffect).text(report.missing);
    link.channel().post(hello.take());
}

void Session::dispatch(Frame frame)
{
    FrameReader reader(frame.payload);
    switch (frame.head.kind)
    {
    case Kind::enter:
        return handleEnter(frame.head, reader);
    case Kind::offer:
        return handleOffer(frame.head, reader);
    case Kind::call:
        return handleCall(frame.head, reader);
    case Kind::destroy:
        return handleDestroy(frame.head, reader);
    case Kind::response:
        return link_->answer(std::move(frame));
    default:
        throw BadFrame("a frame of the kind " + std::to_string(static_cast<unsigned>(frame.head.kind)));
    }
}

std::shared_ptr<Session::Worker> Session::addWorker(std::size_t slot)
{
    auto worker = std::make_shared<Worker>();
    worker->lane = Lane::start([link = link_] { link->fail("the plugin terminated a thread of the runner"); });
    workers_[slot] = worker;
    return worker;
}

void Session::post(const std::shared_ptr<Worker> &worker, std::function<void()> task)
{
    worker->lane->post([self = shared_from_this(), worker, task = std::move(task)] {
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

void Session::handleEnter(const FrameHead &head, FrameReader &reader)
{
    const std::uint32_t major = reader.number32();
    const std::uint32_t minor = reader.number32();
    auto services = readTexts(reader, maxIds);
    reader.end();
    if (std::exchange(loading_, true))
        throw BadFrame("enter twice");
    std::shared_ptr<Worker> worker;
    try
    {
        worker = addWorker(0);
    }
    catch (const std::system_error &error)
    {
        return link_->channel().post(
            std::move(FrameWriter(Kind::refused, 0, head.request)
                          .text(std::string("no thread could be started for the plugin: ") + error.what()))
                .take());
    }
    post(worker, [this, major, minor, request = head.request, services = std::move(services)] {
        load(request, major, minor, services);
    });
}

void Session::entering(const char *what)
{
    link_->channel().write(FrameWriter(Kind::entering).text(what).take());
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
        return link_->channel().write(FrameWriter(Kind::refused, 0, request).text(error.what()).take());
    }
    entering("psa_plugin_entry");
    plugin_.enter(PluginHost::make(link_, abiMajor, abiMinor, {services.begin(), services.end()}), request);
}

void Session::handleOffer(const FrameHead &head, FrameReader &reader)
{
    auto ids = readTexts(reader, maxIds);
    reader.end();
    const auto worker = workers_.find(0);
    if (worker == workers_.end())
        throw BadFrame("offer before enter");
    post(worker->second, [this, request = head.request, ids = std::move(ids)] {
        entering("get_extension");
        plugin_.offer(ids, request);
    });
}

void Session::handleCall(const FrameHead &head, FrameReader &reader)
{
    CallRequest request;
    request.call = head.call;
    request.slot = reader.number(SharedPage::slots - 1);
    request.verb = static_cast<Verb>(reader.number(verbTable().size() - 1));
    request.arguments = readTexts(reader, rowOf(request.verb).arguments.size());
    reader.end();
    check(rowOf(request.verb), request.arguments);
    const auto found = workers_.find(request.slot);
    const bool creates = request.verb == Verb::create;
    if (!plugin_.isEntered() || (request.slot == 0) != isDescription(request.verb) ||
        (!creates && found == workers_.end()))
        throw BadFrame(std::string("a call of ") + rowOf(request.verb).name + " in a slot where it is not possible");
    if (creates && hooks_.beforeInstances && !std::exchange(threadConfined_, true))
        hooks_.beforeInstances();
    std::shared_ptr<Worker> worker;
    try
    {
        worker = found == workers_.end() ? addWorker(request.slot) : found->second;
    }
    catch (const std::system_error &error)
    {
        return refuse(request.call, error.what());
    }
    if (worker->busy.exchange(true))
        throw BadFrame("a second call of one instance");
    post(worker, [this, worker, request = std::move(request)] { execute(*worker, request); });
}

/// Fails a call for which no thread could be started.
void Session::refuse(std::uint64_t call, const std::string &why)
{
    const std::string message = "No thread could be started for this instance of the plugin: " + why;
    constexpr std::string_view hint = "Raise the limits of psa-host (ulimit -u, TasksMax) or ask for fewer instances.";
    FrameWriter error(Kind::error, call);
    error.number(1).number(PSA_INTERNAL).number(0).number(0);
    for (const std::string_view text :
         {std::string_view(message), hint, std::string_view(), std::string_view(), std::string_view()})
        error.textOrNone(text).number(text.size());
    FrameWriter returned(Kind::returned, call);
    returned.number(PSA_INTERNAL).number(0).textOrNone({});
    link_->channel().post(error.take());
    link_->channel().post(returned.take());
}

void Session::execute(Worker &worker, const CallRequest &request)
{
    if (!isDescription(request.verb) && worker.created != (request.verb != Verb::create))
        throw BadFrame(worker.created ? "create in a slot that has an instance"
                                      : "a call in a slot that has no instance");
    const auto call = Call::begin(link_, request.call, request.slot);
    const Returned result = plugin_.call(request.verb, call->raw(), worker.object, request.arguments);
    call->end();
    const bool isNull = request.verb == Verb::create && worker.object == nullptr;
    worker.created =
        worker.created || (request.verb == Verb::create && result.status == PSA_OK && !result.thrown && !isNull);
    FrameWriter returned(Kind::returned, request.call);
    returned.number(result.status).number(isNull ? 1 : 0).textOrNone(result.thrown);
    worker.busy = false;
    link_->channel().write(returned.take());
}

void Session::handleDestroy(const FrameHead &head, FrameReader &reader)
{
    const std::size_t slot = reader.number(SharedPage::slots - 1);
    reader.end();
    const auto found = workers_.find(slot);
    if (slot == 0 || found == workers_.end())
        return link_->channel().post(FrameWriter(Kind::destroyed, 0, head.request).number(0).take());
    const auto worker = std::exchange(found->second, nullptr);
    workers_.erase(found);
    post(worker, [this, worker, request = head.request] { destroy(*worker, request); });
}

void Session::destroy(Worker &worker, std::uint64_t request)
{
    const bool threw = worker.created && !plugin_.destroy(worker.object);
    link_->channel().write(FrameWriter(Kind::destroyed, 0, request).number(threw ? 1 : 0).take());
    worker.lane->end();
}

void serve(const ServeFiles &files, const Hooks &hooks)
{
    std::make_shared<Session>(files, hooks)->run();
}

} // namespace psa::plugin::runner::child
