#include "plugin-check/check_runner.h"

#include "host/json/safe_pattern.h"
#include "host/plugin/runner/runner.h"
#include "plugin-check/check.h"
#include "plugin-check/plugin_home.h"
#include "plugin-check/result_board.h"
#include "plugin-check/watched_process.h"

#include <cstring>

namespace psa::check {
namespace {

bool passed(Verdict verdict)
{
    return verdict == Verdict::ok || verdict == Verdict::warning;
}

std::string signalText(int signal)
{
    const char *name = sigabbrev_np(signal);
    return name == nullptr ? "signal " + std::to_string(signal) : "SIG" + std::string(name);
}

std::string seconds(std::chrono::milliseconds time)
{
    return std::to_string(time.count() / 1000) + "." + std::to_string(time.count() % 1000 / 100) + " s";
}

/// How a process ended that should have had a result.
std::string describeEnd(const WatchedEnd &end)
{
    if (end.watcherKilled)
        return "the parent process of the check was killed: the plugin kills processes that it did not start";
    if (end.signal != 0)
        return signalText(end.signal);
    return "the process exited on its own, with exit code " + std::to_string(end.exitCode);
}

std::vector<std::string> arguments(const Check &check, const CheckInputs &inputs)
{
    std::vector<std::string> argv{"psa-plugin-check", "run-check", check.id, "--seed", std::to_string(inputs.seed)};
    if (inputs.settings)
        argv.insert(argv.end(), {"--config", inputs.settings->string()});
    if (inputs.fuzzer)
        argv.insert(argv.end(), {"--fuzzer", inputs.fuzzer->string()});
    if (inputs.fuzzSeconds)
        argv.insert(argv.end(), {"--fuzz-seconds", std::to_string(*inputs.fuzzSeconds)});
    if (inputs.previous)
        argv.insert(argv.end(), {"--previous", inputs.previous->string()});
    if (!inputs.confined)
        argv.emplace_back("--no-sandbox");
    argv.push_back(inputs.plugin);
    return argv;
}

CheckResult worseOf(CheckResult first, CheckResult second)
{
    return second.verdict > first.verdict ? std::move(second) : std::move(first);
}

using plugin::runner::SharedPage;

/// Descriptions of the denied system calls in `page`, starting with index `from`.
std::vector<std::string> deniedCalls(const SharedPage &page, std::uint32_t from = 0)
{
    std::vector<std::string> calls;
    const std::uint32_t count = std::min<std::uint32_t>(page.deniedCount, SharedPage::maxDenied);
    for (std::uint32_t i = from; i < count; ++i)
        calls.push_back("it " + plugin::runner::deniedCall(page.denied[i]));
    return calls;
}

/// Runs `check` in this process.
CheckResult runHere(const Check &check, const CheckInputs &inputs, SharedPage &denied,
                    std::function<void(const std::string &)> onStep)
{
    static bool confined = false;
    CheckContext context(check.id, inputs, std::move(onStep));
    if (inputs.confined && !std::exchange(confined, true))
        if (const auto report = confinePlugins(denied); (report.inEffect & plugin::runner::systemCalls) == 0)
            context.note("the plugin's system calls are not restricted here: " + report.missing);
    const std::uint32_t before = denied.deniedCount;
    runCheck(check, context);
    for (const std::string &call : deniedCalls(denied, before))
        context.fail(call);
    return context.result();
}

} // namespace

std::vector<const Check *> CheckRunner::chosen() const
{
    const json::SafePattern only(options_.only);
    const json::SafePattern skip(options_.skip);
    std::vector<const Check *> checks;
    for (const Check &check : catalogue())
        if (check.level <= options_.level && only.matches(check.id) &&
            (options_.skip.empty() || !skip.matches(check.id)))
            checks.push_back(&check);
    return checks;
}

std::string CheckRunner::blockingOf(const Check &check) const
{
    for (const std::string &needed : check.needs)
    {
        const auto before = ended_.find(needed);
        if (before != ended_.end() && !passed(before->second))
            return needed;
        if (before != ended_.end())
            continue;
        // not selected, but a check that it needs
        if (auto blocking = blockingOf(*findCheck(needed)); !blocking.empty())
            return blocking;
    }
    for (const std::string &id : check.unless)
        if (const auto before = ended_.find(id); before != ended_.end() && before->second > Verdict::skipped)
            return id;
    return {};
}

CheckResult CheckRunner::run(const Check &check)
{
    CheckResult worst;
    worst.id = check.id;
    worst.seed = inputs_.seed;
    if (const auto blocking = blockingOf(check); !blocking.empty())
    {
        worst.verdict = Verdict::skipped;
        const Verdict before = ended_.at(blocking);
        worst.because = blocking + " " + (before == Verdict::skipped ? "was skipped" : toText(before));
        ended_[check.id] = worst.verdict;
        return worst;
    }
    worst = runOnce(check, inputs_.seed);
    for (unsigned i = 1; i < options_.repeat; ++i)
        worst = worseOf(std::move(worst), runOnce(check, inputs_.seed + i));
    ended_[check.id] = worst.verdict;
    return worst;
}

CheckResult CheckRunner::runOnce(const Check &check, std::uint64_t seed) const
{
    CheckInputs inputs = inputs_;
    inputs.seed = seed;
    if (!options_.inProcess)
        return runInChild(check, inputs);
    const auto start = std::chrono::steady_clock::now();
    static auto *denied = new SharedPage{}; // never deleted
    CheckResult result = runHere(check, inputs, *denied, nullptr);
    result.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    return result;
}

CheckResult CheckRunner::runInChild(const Check &check, const CheckInputs &inputs) const
{
    const ResultBoard board;
    const auto limit = options_.limit.value_or(
        check.limit + (check.fuzzes ? 2 * settingsOf(inputs).fuzz : std::chrono::milliseconds::zero()));
    const WatchedEnd end = runWatched(arguments(check, inputs), board.descriptor(),
                                      {limit, check.fuzzes ? Memory::boundedSoftly : Memory::bounded});
    const auto delivered = end.timedOut || end.exitCode != 0 ? std::nullopt : board.result();
    CheckResult result = delivered && delivered->id == check.id ? *delivered : CheckResult();
    result.id = check.id;
    result.seed = inputs.seed;
    result.took = end.took;
    result.output = end.output;
    if (!delivered || delivered->id != check.id)
    {
        const std::string during = board.step().empty() ? "" : " in " + board.step();
        result.verdict = end.timedOut ? Verdict::timedOut : Verdict::crashed;
        result.because = (end.timedOut ? "killed after " + seconds(limit) : describeEnd(end)) + during;
        for (const std::string &call : deniedCalls(board.denied()))
            result.findings.push_back({Severity::failure, call});
    }
    return result;
}

int runForChecker(const std::string &id, const CheckInputs &inputs)
{
    ResultBoard board(watchedDescriptor);
    const Check *check = findCheck(id);
    if (check == nullptr)
        return 2;
    board.writeResult(runHere(*check, inputs, board.denied(), [&](const std::string &step) { board.writeStep(step); }));
    _exit(0); // the plugin's atexit handlers are not this check's business
}

} // namespace psa::check
