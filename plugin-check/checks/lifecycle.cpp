// Entering the plugin, creating and destroying instances, repeatedly.
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/example_values.h"
#include "plugin-check/plugin_under_check.h"
#include "plugin-check/process_state.h"

#include <array>
#include <thread>

namespace psa::check {
namespace {

using Clock = std::chrono::steady_clock;

void repeat(unsigned times, const std::function<void()> &body)
{
    for (unsigned i = 0; i < times; ++i)
        body();
}

void entersQuietly(CheckContext &context)
{
    constexpr std::chrono::milliseconds noticed(100);
    constexpr std::chrono::milliseconds tooLong(1000);
    const psa_plugin_entry_fn entry = mapPlugin(context);
    const CallingThread thread;
    static auto *host = new CheckHost({}); // the plugin may keep it
    const ProcessState before = thingsLeft();
    context.step("psa_plugin_entry");
    const auto start = Clock::now();
    thread.run([&] { entry(host->raw()); });
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    for (const std::string &difference : differences(before, thingsLeft()))
        context.fail("psa_plugin_entry leaves something behind: " + difference);
    const std::string time = "psa_plugin_entry took " + std::to_string(took.count()) + " ms";
    if (took > tooLong)
        context.fail(time + "; it must return promptly");
    else if (took > noticed)
        context.warn(time);
}

void entersAgain(CheckContext &context)
{
    const psa_plugin_entry_fn entry = mapPlugin(context);
    static auto *host = new CheckHost({});
    context.step("psa_plugin_entry, again");
    const psa_plugin_api *first = nullptr;
    const psa_plugin_api *second = nullptr;
    CallingThread().run([&] {
        first = entry(host->raw());
        second = entry(host->raw());
    });
    if (second != first)
        context.fail("psa_plugin_entry returned a different table the second time");
    context.step("psa_plugin_entry from two threads");
    std::array<const psa_plugin_api *, 2> tables{};
    std::array<std::thread, 2> threads;
    for (std::size_t i = 0; i < threads.size(); ++i)
        threads[i] = startCallingThread([&, i] { tables[i] = entry(host->raw()); });
    for (std::thread &thread : threads)
        thread.join();
    if (tables[0] != first || tables[1] != first)
        context.fail("psa_plugin_entry returned a different table on another thread");
}

void createsWithoutGrowth(CheckContext &context)
{
    const PluginUnderCheck plugin(context);
    context.step("create and destroy, a thousand times");
    const auto one = [&] {
        psa_instance *instance = nullptr;
        if (plugin.api().create(callThatKeepsNothing(), plugin.host().raw(), &instance) != PSA_OK)
            context.failAndStop("create failed in the middle of a thousand");
        plugin.api().destroy(instance);
    };
    mustNotGrow(context, 1000, [&](unsigned times) { plugin.run([&] { repeat(times, one); }); });
}

void configuresWithoutGrowth(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const std::string good = exampleConfigurationDocument(context, plugin);
    const std::string bad = good.substr(0, good.size() / 2);
    psa_instance *instance = plugin.created();
    context.step("configure, well and badly, two hundred times");
    const auto one = [&] {
        plugin.api().configure(callThatKeepsNothing(), instance, {good.data(), good.size()});
        plugin.api().configure(callThatKeepsNothing(), instance, {bad.data(), bad.size()});
    };
    mustNotGrow(context, 200, [&](unsigned times) { plugin.run([&] { repeat(times, one); }); });
    plugin.destroy(instance);
}

void destroysUnconfigured(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    context.step("destroy of NULL");
    plugin.run([&] { plugin.api().destroy(nullptr); });
    psa_instance *instance = plugin.created();
    context.step("destroy right after create");
    plugin.run([&] { plugin.api().destroy(instance); });
}

/// One instance used by one thread after the other, which the host may do, beside another one.
void survivesThreadChange(CheckContext &context)
{
    PluginUnderCheck plugin(context); // creates a thread for each call
    psa_instance *first = plugin.configured(exampleConfigurationDocument(context, plugin));
    const psa_status alone = plugin.test(first).status;
    const auto mustBeSame = [&](const char *when) {
        if (const CallRecord record = plugin.test(first); record.status != alone)
            context.fail(std::string("the same test has a different outcome ") + when + ": " + record.describe());
    };
    mustBeSame("on another thread");
    psa_instance *second = plugin.created();
    plugin.configure(second, "this is not JSON");
    mustBeSame("beside an instance that could not be configured");
    plugin.destroy(second);
    mustBeSame("after another instance was destroyed");
    plugin.destroy(first);
}

} // namespace

const std::vector<Check> lifecycleChecks{
    {.id = "L01",
     .title = "The entry is quick and leaves nothing behind",
     .level = 2,
     .requirement = "psa_plugin_entry returns within 100 ms and leaves no thread, descriptor or process behind.",
     .consequence = "The host starts slowly, or rejects the plugin.",
     .needs = {"A01"},
     .run = entersQuietly},
    {.id = "L02",
     .title = "The entry can be called again",
     .level = 2,
     .requirement =
         "psa_plugin_entry returns the same table each time, from any thread, even from two at the same time.",
     .consequence = "Two hosts in one process interfere with each other.",
     .needs = {"A01"},
     .run = entersAgain},
    {.id = "L09",
     .title = "A thousand instances leave nothing behind",
     .level = 2,
     .requirement = "Repeated create and destroy use no additional memory, descriptors or threads.",
     .consequence = "The plugin's process grows until it reaches its memory limit and crashes.",
     .needs = {"L10"},
     .run = createsWithoutGrowth},
    {.id = "L10",
     .title = "destroy without a configuration",
     .level = 2,
     .requirement = "destroy accepts NULL, and an instance that was never configured.",
     .consequence = "Without a valid configuration of its connection, the plugin's process crashes.",
     .needs = {"A05"},
     .run = destroysUnconfigured},
    {.id = "L11",
     .title = "Reconfiguring leaves nothing behind",
     .level = 2,
     .requirement = "Repeated configure uses no additional memory, descriptors or threads, whether it succeeds or not.",
     .consequence = "The plugin's process grows with every change of a connection.",
     .needs = {"C03", "C08", "L09"},
     .run = configuresWithoutGrowth},
    {.id = "L12",
     .title = "An instance is not bound to a thread",
     .level = 2,
     .requirement = "An instance works the same on any thread and is independent of other instances.",
     .consequence = "A connection works or fails at random, or uses the credentials of another.",
     .needs = {"C03", "V01"},
     .run = survivesThreadChange},
};

} // namespace psa::check
