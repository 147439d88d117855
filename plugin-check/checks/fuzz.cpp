// Texts that nobody expects: as configuration, as ticket, and from the PSA.
#include "plugin-check/check_context.h"
#include "plugin-check/checks/groups.h"
#include "plugin-check/json_mutator.h"
#include "plugin-check/plugin_run.h"

#include <array>

namespace psa::check {
namespace {

constexpr std::array<unsigned, 14> statuses{200, 200, 200, 200, 201, 204, 299, 302, 400, 401, 404, 429, 500, 503};

/// One run of the plugin on texts that `seed` alone decides.
class FuzzRun
{
public:
    FuzzRun(const PluginRun &run, std::uint64_t seed)
        : run_(run), random_(seed), mutator_(random_), call_(run.good().calls[mutator_.pick(run.good().calls.size())]),
          target_(mutator_.pick(4))
    {
    }

    std::string target() const
    {
        return target_ == 0 ? "an odd configuration" : target_ == 1 ? "an odd ticket" : "odd answers of the PSA";
    }

    bool hasOddConfiguration() const { return target_ == 0; }

    Observed go()
    {
        PluginCall how;
        if (target_ == 0)
            how.configurationJson = mutator_.mutate(run_.configurationJson());
        else if (target_ == 1)
            how.ticketJson = mutator_.mutate(run_.ticketJson());
        else
            how.hook = [this, at = mutator_.pick(4)](std::size_t index, const host::HttpRequest &,
                                                     host::HttpResponse good) {
                return index < at ? good : odd(std::move(good));
            };
        return run_.call(target_ == 1 ? createCall() : call_, std::move(how));
    }

private:
    const GoodCall &createCall() const
    {
        static const GoodCall unrecorded{Verb::createTicket, {}, std::nullopt};
        const auto recorded = run_.good().recorded(Verb::createTicket);
        return recorded.empty() ? unrecorded : *recorded.front();
    }

    host::HttpResponse odd(host::HttpResponse good)
    {
        good.delivery = host::Delivery::answered;
        good.reason = host::Reason::none;
        good.body = mutator_.mutate(good.body);
        if (good.status == 0 || mutator_.pick(4) == 0)
            good.status = statuses[mutator_.pick(statuses.size())];
        for (host::HttpHeader &header : good.headers)
            if (mutator_.pick(4) == 0)
                header.value = mutator_.mutate(header.value);
        return good;
    }

    const PluginRun &run_;
    std::mt19937_64 random_;
    JsonMutator mutator_;
    const GoodCall &call_;
    std::size_t target_;
};

/// The host takes secrets out of results. An odd configuration may have half of an address or the name of a member for a
/// secret, and a result without those is not a document any more: nothing that the plugin did.
bool isOwnDoing(const FuzzRun &one, const Observed &observed)
{
    return one.hasOddConfiguration() && !observed.outcome.lost && observed.outcome.defects.size() == 1 &&
           observed.outcome.defects.front().starts_with("delivered a result that is not a valid ");
}

void judge(CheckContext &context, const FuzzRun &one, const Observed &observed)
{
    if (isOwnDoing(one, observed))
        return;
    const std::string where = context.lastStep() + ": ";
    const std::string again = "; run it again: psa-plugin-check reproduce F01 with the same --config and this --seed";
    if (observed.outcome.lost || !observed.outcome.defects.empty())
        context.failAndStop(where + observed.outcome.error->message + again);
    if (observed.mutating() > 1)
        context.failAndStop(where + "one call sent " + std::to_string(observed.mutating()) +
                            " requests with PSA_HTTP_MUTATES" + again);
}

void fuzz(CheckContext &context)
{
    const PluginRun run(context);
    const auto until = std::chrono::steady_clock::now() + context.settings().fuzz;
    std::uint64_t seed = context.inputs().seed;
    for (; std::chrono::steady_clock::now() < until; ++seed)
    {
        FuzzRun one(run, seed);
        context.step("--seed " + std::to_string(seed) + ", " + one.target());
        judge(context, one, one.go());
    }
    context.note(std::to_string(seed - context.inputs().seed) + " runs from --seed " +
                 std::to_string(context.inputs().seed) + " on");
}

} // namespace

std::vector<Check> fuzzChecks()
{
    return {
        {.id = "F01",
         .title = "Survives unexpected texts",
         .level = 4,
         .group = "fuzz",
         .requirement = "Whatever the configuration, the ticket and the PSA's responses contain, the plugin does not "
                        "crash or hang, obeys the ABI and sends at most one changing request.",
         .consequence = "One unexpected response of a PSA crashes the host.",
         .needs = {"T02", "C03", "M04"},
         .unless = {"T01", "T03", "K01", "K06"},
         .limit = std::chrono::seconds(30),
         .fuzzes = true,
         .run = fuzz},
    };
}

} // namespace psa::check
