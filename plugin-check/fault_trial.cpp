#include "plugin-check/fault_trial.h"

#include "plugin-check/honesty.h"

namespace psa::check {

std::string placeOf(const GoodCall &call, std::size_t at, const Sent &struck, const NetFault &fault)
{
    return call.name() + ", exchange " + std::to_string(at + 1) + " (" + struck.request.method + " " +
           struck.request.url + "), " + fault.name;
}

void tryFaults(CheckContext &context, const PluginRun &run, const GoodCall &call, const FaultFilter &filter)
{
    context.step(call.name() + " without a fault");
    const Observed good = run.call(call);
    for (std::size_t at = 0; at < good.sent.size(); ++at)
        for (const NetFault &fault : netFaults(run.good().now))
        {
            if (!filter(fault, good.sent[at]) || (fault.kind == FaultKind::dryRun && !good.sent[at].request.mutates))
                continue;
            const std::string place = placeOf(call, at, good.sent[at], fault);
            context.step(place);
            PluginCall how;
            how.plan.emplace(at, fault);
            const Observed observed = run.call(call, std::move(how));
            if (observed.outcome.lost)
                context.failAndStop(place + ": " + observed.outcome.error->message);
            if (const auto why =
                    whyDishonest(call.verb, fault, at, good, observed, run.good().isOptional(good.sent[at].request)))
                context.fail(place + ": " + *why);
        }
}

} // namespace psa::check
