#include "plugin-check/check_context.h"

#include "host/json/utf8.h"
#include "plugin-check/check.h"

#include <algorithm>

namespace psa::check {
namespace {

constexpr std::size_t maxFindings = 50;
constexpr std::size_t maxFindingBytes = 4000;

std::mt19937_64 makeRandom(std::uint64_t seed, const std::string &id)
{
    std::vector<std::uint32_t> all{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)};
    all.insert(all.end(), id.begin(), id.end());
    std::seed_seq sequence(all.begin(), all.end());
    return std::mt19937_64(sequence);
}

} // namespace

CheckSettings settingsOf(const CheckInputs &inputs)
{
    CheckSettings settings = inputs.settings ? readCheckSettings(*inputs.settings) : CheckSettings();
    if (inputs.fuzzSeconds)
        settings.fuzz = std::chrono::seconds(*inputs.fuzzSeconds);
    return settings;
}

CheckContext::CheckContext(std::string id, CheckInputs inputs, std::function<void(const std::string &)> onStep)
    : id_(std::move(id)), inputs_(std::move(inputs)), settings_(settingsOf(inputs_)), onStep_(std::move(onStep)),
      random_(makeRandom(inputs_.seed, id_))
{
}

void CheckContext::step(const std::string &what)
{
    step_ = what;
    if (onStep_)
        onStep_(what);
}

void CheckContext::add(Severity severity, std::string_view what)
{
    const std::string text = json::printable(json::cutUtf8(what, maxFindingBytes));
    const bool known = std::any_of(findings_.begin(), findings_.end(), [&](const Finding &finding) {
        return finding.severity == severity && finding.text == text;
    });
    if (!known && findings_.size() < maxFindings)
        findings_.push_back({severity, text});
}

void CheckContext::failAndStop(std::string_view what)
{
    fail(what);
    throw StopCheck();
}

void CheckContext::skip(std::string_view because)
{
    skipped_ = json::printable(because);
    throw StopCheck();
}

bool CheckContext::failed() const
{
    return std::any_of(findings_.begin(), findings_.end(),
                       [](const Finding &finding) { return finding.severity == Severity::failure; });
}

CheckResult CheckContext::result() const
{
    CheckResult result;
    result.id = id_;
    result.seed = inputs_.seed;
    result.findings = findings_;
    const bool warned = std::any_of(findings_.begin(), findings_.end(),
                                    [](const Finding &finding) { return finding.severity == Severity::warning; });
    if (failed())
        result.verdict = Verdict::failed;
    else if (!skipped_.empty())
        result.verdict = Verdict::skipped;
    else if (warned)
        result.verdict = Verdict::warning;
    if (result.verdict == Verdict::skipped)
        result.because = skipped_;
    return result;
}

CheckResult runCheck(const Check &check, CheckContext &context)
{
    try
    {
        check.run(context);
    }
    catch (const StopCheck &)
    {
    }
    catch (const std::exception &error)
    {
        context.fail((context.lastStep().empty() ? "" : context.lastStep() + ": ") + error.what());
    }
    catch (...)
    {
        context.fail(context.lastStep() + ": an exception left the plugin");
    }
    return context.result();
}

} // namespace psa::check
