#include "host/plugin/call_state.h"

#include "host/json/utf8.h"
#include "host/net/http_client.h"
#include "host/net/secret_registry.h"

#include <algorithm>
#include <array>

namespace psa::plugin {
namespace {

constexpr std::array statusNames = {"ok",        "invalid_config",  "invalid_ticket",  "auth",        "permission",
                                    "not_found", "conflict",        "rate_limited",    "unavailable", "timeout",
                                    "cancelled", "outcome_unknown", "not_implemented", "internal"};

MutationSeen seenOf(const net::HttpResponse &response)
{
    switch (response.delivery)
    {
    case net::Delivery::notSent:
        return response.reason == net::Reason::dryRun ? MutationSeen::withheld : MutationSeen::notSent;
    case net::Delivery::answered:
        return MutationSeen::answered;
    case net::Delivery::noAnswer:
        break;
    }
    return MutationSeen::noAnswer;
}

/// Whether the request may have been carried out, judged by the status alone. 408 says that the peer stopped waiting,
/// which leaves it open.
bool isAccepted(const net::HttpResponse &response)
{
    const bool refused = response.status >= 400 && response.status < 500 && response.status != 408;
    return response.delivery == net::Delivery::answered && !refused;
}

} // namespace

const char *statusName(psa_status status)
{
    return status <= PSA_INTERNAL ? statusNames[status] : "internal";
}

psa_status statusFrom(std::string_view name)
{
    const auto *const at = std::find(std::begin(statusNames), std::end(statusNames), name);
    return at == std::end(statusNames) ? PSA_INTERNAL : static_cast<psa_status>(at - std::begin(statusNames));
}

CallOutcome failed(psa_status status, std::string message, std::string hint)
{
    CallOutcome outcome;
    outcome.error.emplace();
    outcome.error->status = status;
    outcome.error->message = std::move(message);
    outcome.error->hint = std::move(hint);
    return outcome;
}

PluginError defectOf(const std::string &plugin, const std::string &what)
{
    PluginError error;
    error.message = "This is a defect in the plugin " + plugin + ": it " + json::printable(what) + ".";
    error.hint = "Report it to the maker of the plugin, including this message.";
    return error;
}

CallState::CallState(std::string plugin, Clock::time_point deadline, PluginLog log, CallContext context)
    : plugin_(std::move(plugin)), deadline_(deadline), log_(context.log ? context.log : std::move(log)),
      clock_(context.clock), context_(std::make_shared<const CallContext>(std::move(context)))
{
}

std::int64_t CallState::remainingMs() const
{
    const Clock::time_point now = clock_ ? clock_->running() : Clock::now();
    return std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - now).count();
}

bool CallState::hasOwnClock() const
{
    return clock_ && dynamic_cast<const clock::SystemClock *>(clock_.get()) == nullptr;
}

void CallState::writeLog(psa_log_level level, std::optional<std::string_view> message)
{
    std::string line;
    {
        const std::lock_guard lock(mutex_);
        if (refuseLate("log"))
            return;
        if (level > PSA_LOG_ERROR)
            blameLog("logs with a level that does not exist");
        if (!message)
            return blameLog("logs a message of NULL with a size");
        if (!json::isValidUtf8(json::cutUtf8(*message, maxTextBytes)))
            blameLog("logs a message that is not UTF-8");
        line = shown(*message);
    }
    log(knownLevel(level), line);
}

/// Requires the lock.
void CallState::blameLog(std::string_view what)
{
    constexpr std::size_t maxBlames = 32;
    if (blamed_.size() < maxBlames && blamed_.emplace(what).second)
        log(PSA_LOG_ERROR, "plugin " + plugin_ + " misbehaves: it " + std::string(what));
}

void CallState::log(psa_log_level level, const std::string &line)
{
    if (!log_)
        return;
    switch (budget_.take(LogBudget::Clock::now()))
    {
    case LogBudget::Verdict::write:
        return log_(level, line);
    case LogBudget::Verdict::lastWord:
        return log_(PSA_LOG_WARNING, "plugin " + plugin_ + " logs more than " + std::to_string(LogBudget::maxLines) +
                                         " lines in one call; the rest of this call is omitted");
    case LogBudget::Verdict::drop:
        return;
    }
}

void CallState::end()
{
    context_.reset();  // a request in progress keeps what it needs
    cancelled_ = true; // and is cancelled: nothing will read its response
}

void CallState::putResult(std::size_t size, std::optional<std::string_view> json)
{
    const std::lock_guard lock(mutex_);
    if (refuseLate("put_result"))
        return;
    if (gotResult_)
        return defect("delivered a result twice");
    gotResult_ = true;
    if (size > maxResultBytes)
        return defect("delivered a result of " + std::to_string(size) + " bytes; at most " +
                      std::to_string(maxResultBytes) + " are accepted");
    if (!json || json->empty())
        return defect("delivered an empty result");
    outcome_.result = withoutSecrets(std::string(*json));
    if (!json::isValidUtf8(outcome_.result))
        defect("delivered a result that is not UTF-8");
}

void CallState::putError(const std::optional<RawError> &error)
{
    const std::lock_guard lock(mutex_);
    if (refuseLate("put_error"))
        return;
    if (outcome_.error)
        return defect("delivered an error twice");
    PluginError &kept = outcome_.error.emplace();
    if (!error)
        return defect("delivered an error that is NULL or shorter than psa_error of ABI 1.0");
    kept = {error->status,
            error->httpStatus,
            error->retryAfterMs,
            text("error message", error->message),
            text("error hint", error->hint),
            text("error detail", error->detail),
            text("vendor code", error->vendorCode),
            text("error field", error->field)};
    if (kept.message.empty())
        defect("failed without saying why: the error has no user_message");
}

/// Requires the lock. True if the call has ended; the line then goes to the log, because the outcome was already
/// returned.
bool CallState::refuseLate(const char *what)
{
    if (context_)
        return false;
    log(PSA_LOG_ERROR, "plugin " + plugin_ + " misbehaves: it used " + what + " after its call had ended");
    return true;
}

std::string CallState::text(const char *what, std::optional<std::string_view> value)
{
    if (!value)
    {
        defect(std::string("gave a ") + what + " of NULL with a size");
        return {};
    }
    if (!json::isValidUtf8(json::cutUtf8(*value, maxTextBytes)))
        defect(std::string("gave a ") + what + " that is not UTF-8");
    return shown(*value);
}

/// The PSA may echo a secret and the plugin may pass it on. Requires the lock; a text that arrives after the end of the
/// call is dropped completely, because the secrets are not known any more.
std::string CallState::withoutSecrets(const std::string &text) const
{
    if (!context_)
        return {};
    const std::string clean = context_->secrets ? context_->secrets->redact(text) : text;
    return context_->http ? context_->http->secrets().redact(clean) : clean;
}

/// The plugin's text in a form that may be shown. Secrets are redacted first: neither truncation nor a replaced
/// character may leave a part of one that is then not recognized.
std::string CallState::shown(std::string_view text) const
{
    return json::printable(
        json::cutUtf8(withoutSecrets(std::string(json::cutUtf8(text, 2 * maxTextBytes))), maxTextBytes));
}

void CallState::defect(const std::string &what)
{
    if (std::find(outcome_.defects.begin(), outcome_.defects.end(), what) == outcome_.defects.end())
        outcome_.defects.push_back(what);
}

std::shared_ptr<const CallContext> CallState::use(const char *what)
{
    const std::lock_guard lock(mutex_);
    return refuseLate(what) ? nullptr : context_;
}

psa_status CallState::misused(std::string_view what)
{
    const std::lock_guard lock(mutex_);
    if (!refuseLate("its call"))
        blameLog(shown(what));
    return PSA_INTERNAL;
}

std::optional<net::HttpResponse> CallState::send(const net::HttpRequest &request)
{
    constexpr const char *service = "psa.http/1 send";
    const auto self = shared_from_this(); // a plugin may send from a thread that outlives its call
    std::shared_ptr<const CallContext> context;
    std::optional<std::string> refusal;
    {
        // In one step: otherwise a call that ends in between would report that nothing was sent.
        const std::lock_guard lock(mutex_);
        if (refuseLate(service))
            return std::nullopt;
        context = context_;
        if (request.mutates)
            refusal = change_.begin(request);
        if (refusal)
        {
            ++outcome_.refusedChanges;
            blameLog("sends a second changing request in one call, which the host rejects");
        }
    }
    net::HttpResponse response;
    try
    {
        response = context->http->send(
            request, {net::Stop{deadline_, [self] { return self->cancelled_.load(); }, context->mayLeave},
                      context->dryRun, context->observer, context->use, refusal});
    }
    catch (const std::exception &error)
    {
        // For example out of memory: it is not known whether the request was sent, and the plugin must be told so.
        response.delivery = refusal ? net::Delivery::notSent : net::Delivery::noAnswer;
        response.reason = net::Reason::invalid;
        response.detail = std::string("psa-host failed while it sent the request: ") + error.what();
    }
    const std::lock_guard lock(mutex_);
    if (request.mutates && !refusal)
        note(response);
    return refuseLate(service) ? std::nullopt : std::optional(std::move(response));
}

void CallState::note(const net::HttpResponse &response)
{
    change_.end(response);
    outcome_.mutation = std::max(outcome_.mutation, seenOf(response));
    outcome_.accepted = outcome_.accepted || isAccepted(response);
    outcome_.confirmed = outcome_.confirmed || (response.status >= 200 && response.status < 300);
}

CallOutcome CallState::returned(Delivers delivers, psa_status status, std::optional<std::string_view> thrown)
{
    const std::lock_guard lock(mutex_);
    if (thrown)
        defect("let an exception leave the library" + (thrown->empty() ? "" : ": " + shown(*thrown)));
    return close(delivers, status);
}

CallOutcome CallState::hung(const VerbRow &verb)
{
    const std::lock_guard lock(mutex_);
    const std::string what = std::string("did not return from ") + verb.function + " in time";
    blameLog(what);
    defect(what);
    return givenUp(Ended::hung, PSA_TIMEOUT,
                   "The plugin " + plugin_ + " did not return from " + verb.function +
                       " within its deadline and grace period; its process takes no more calls.",
                   "Report it to the maker of the plugin, including this message.");
}

CallOutcome CallState::died(const VerbRow &verb, const std::string &how)
{
    const std::lock_guard lock(mutex_);
    const std::string said = shown(how);
    const std::string what = "crashed in " + std::string(verb.function) + ": " + said;
    blameLog(what); // a ticket that is created by the next attempt shows no trace of it
    defect(what);
    return givenUp(Ended::died, PSA_INTERNAL,
                   "The plugin " + plugin_ + " crashed in " + verb.function + ": " + said + ".",
                   "Update the plugin, or report this message to its maker.");
}

CallOutcome CallState::givenUp(Ended ended, psa_status status, const std::string &message, const std::string &hint)
{
    end();
    if (change_.isUnderWay())
        outcome_.mutation = MutationSeen::noAnswer;
    const bool open = outcome_.mutation == MutationSeen::noAnswer || outcome_.isOpen();
    outcome_.ended = ended;
    outcome_.result.clear();
    outcome_.error.emplace();
    outcome_.error->status = open && ended == Ended::hung ? PSA_OUTCOME_UNKNOWN : status;
    outcome_.error->message = message;
    outcome_.error->hint = hint;
    return std::move(outcome_);
}

CallOutcome CallState::close(Delivers delivers, psa_status status)
{
    end();
    if (change_.isUnderWay())
    {
        defect("returned while a changing request was still in progress");
        outcome_.mutation = MutationSeen::noAnswer;
    }
    judge(delivers, status);
    if (outcome_.defects.empty())
        return std::move(outcome_);
    // The plugin's report is unreliable: the call failed, and the message names the cause.
    std::string all;
    for (const std::string &each : outcome_.defects)
        all += (all.empty() ? "" : "; ") + each;
    PluginError said = outcome_.error.value_or(PluginError{});
    if (!said.message.empty())
        said.detail += (said.detail.empty() ? "" : " | ") + said.message;
    PluginError blamed = defectOf(plugin_, all);
    said.status = blamed.status;
    said.message = std::move(blamed.message);
    said.hint = std::move(blamed.hint);
    outcome_.error = std::move(said);
    outcome_.result.clear();
    return std::move(outcome_);
}

void CallState::judge(Delivers delivers, psa_status status)
{
    if (status > PSA_INTERNAL)
        defect("returned the status " + std::to_string(status) + ", which does not exist");
    if (status == PSA_OK)
    {
        if (outcome_.error)
            defect("reported success and an error");
        if (delivers == Delivers::result && !gotResult_)
            defect("reported success without a result");
        if (delivers == Delivers::nothing && gotResult_)
            defect("delivered a result where none is allowed");
        return;
    }
    if (gotResult_)
        defect("reported failure and a result");
    if (!outcome_.error && outcome_.defects.empty())
        defect(std::string("failed (") + statusName(status) + ") without saying why");
    if (outcome_.error && outcome_.error->status != status)
        defect(std::string("returned ") + statusName(status) + " but its error says " +
               statusName(outcome_.error->status));
}

} // namespace psa::plugin
