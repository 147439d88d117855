#include "host/plugin/runner/runner.h"

#include "host/json/utf8.h"
#include "host/plugin/runner/services.h"

#include <psa/cache.h>
#include <psa/clock.h>
#include <psa/http.h>
#include <psa/secrets.h>

#include <Poco/String.h>

#include <poll.h>
#include <seccomp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <system_error>

namespace psa::plugin::runner {
namespace {

constexpr std::size_t readBytes = 64 << 10;
constexpr std::size_t lastWordsBytes = 500;
constexpr int lookEveryMs = static_cast<int>(Runner::Clock::lookEvery.count());
constexpr std::size_t outputBytes = 1U << 20U; ///< Read after the exit, at most: more than a pipe holds.
/// Per call: more than any honest plugin needs, but few enough that a hostile one cannot keep a core busy for long. Frames
/// outside calls have the same limits per minute, because there is no end of a call to reset the count.
constexpr std::uint64_t maxFrames = 100'000;
constexpr std::uint64_t maxBytes = 512U << 20U;
constexpr std::size_t maxSends = 64;         ///< Concurrent requests of one call.
constexpr std::size_t maxSenders = 64;       ///< Threads that send requests for one process.
constexpr std::size_t keptBytes = 1U << 20U; ///< Capacity of the read buffer that is kept between frames.
/// How long a process that has closed its socket may take to exit: a crashing one closes it first.
constexpr std::chrono::seconds exitGrace(2);

bool isAnswered(Kind kind)
{
    constexpr std::array answered{Kind::readClock,   Kind::readRemaining, Kind::getValue, Kind::putValue,
                                  Kind::learnSecret, Kind::keepSecret,    Kind::getSecret};
    return std::find(answered.begin(), answered.end(), kind) != answered.end();
}

bool isDelivered(Kind kind)
{
    return kind == Kind::log || kind == Kind::result || kind == Kind::error || kind == Kind::misused;
}

const char *functionOf(Kind kind)
{
    switch (kind)
    {
    case Kind::log:
        return "log";
    case Kind::result:
        return "put_result";
    case Kind::error:
        return "put_error";
    case Kind::send:
        return "psa.http/1 send";
    case Kind::readClock:
        return "psa.clock/1";
    case Kind::getValue:
        return "psa.cache/1 get";
    case Kind::putValue:
        return "psa.cache/1 put";
    case Kind::learnSecret:
        return "psa.secrets/1 learn";
    case Kind::keepSecret:
        return "psa.secrets/1 keep";
    case Kind::getSecret:
        return "psa.secrets/1 get";
    default:
        return "its call";
    }
}

std::string systemCallName(std::uint32_t number)
{
    char *const name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, static_cast<int>(number));
    if (name == nullptr)
        return "system call " + std::to_string(number);
    std::string text(name);
    free(name);
    return text;
}

std::string protocolViolation(const BadFrame &error)
{
    return std::string("it broke the protocol of psa-plugin-runner: it sent ") + error.what();
}

/// Some system calls are denied only with certain arguments.
std::string deniedName(std::uint32_t number)
{
    const std::string name = systemCallName(number);
    return name == "mmap" || name == "mprotect" ? name + " for executable or shared memory" : name;
}

std::string floodOf(const char *when)
{
    return "more than " + std::to_string(maxFrames) + " frames or " + std::to_string(maxBytes >> 20U) + " MiB " + when;
}

std::vector<std::string> linesOf(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (end > 0)
            lines.push_back(json::printable(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

} // namespace

std::string deniedCall(std::uint32_t systemCall)
{
    return "called " + deniedName(systemCall) +
           ", which its process may not: a plugin only computes; for everything else it uses the services of psa-host";
}

std::vector<std::string> RunnerSettings::knownServices()
{
    return {PSA_HTTP_ID, PSA_CLOCK_ID, PSA_CACHE_ID, PSA_SECRETS_ID};
}

/// A request that the plugin wants to send.
struct Runner::Send
{
    FrameHead head;
    std::shared_ptr<const net::HttpRequest> request;
};

/// A call in progress.
struct Runner::Running
{
    const VerbRow &verb;
    std::shared_ptr<CallState> state;
    std::condition_variable changed;    ///< With the runner's mutex, which guards the rest.
    std::optional<CallOutcome> outcome; ///< Set when the plugin's function has returned.
    std::deque<Send> waiting;           ///< To be sent by the thread that waits for the call.
    bool callerBusy = false;            ///< That thread is sending.
    std::size_t sending = 0;            ///< Number of other threads that are sending.
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;

    Running(const VerbRow &row, std::shared_ptr<CallState> call) : verb(row), state(std::move(call)) {}
};

Runner::Runner(const Launcher &launcher, int plugin, RunnerSettings settings)
    : settings_(std::move(settings)), started_(launcher.start(plugin, page_.fd(), settings_.plugin))
{
    publishTime();
    reader_ = std::thread([this] { read(); });
}

Runner::~Runner()
{
    kill("");
    reader_.join();
    Lock lock(mutex_);
    changed_.wait(lock, [&] { return senders_ == 0; });
}

// ---- reading ----

void Runner::read()
{
    std::string buffered;
    try
    {
        while (receive(buffered))
            takeFrames(buffered);
    }
    catch (const BadFrame &error)
    {
        kill(protocolViolation(error));
    }
    catch (const std::exception &error) // out of memory
    {
        kill(std::string("psa-host failed to read from it: ") + error.what());
    }
    end();
}

/// Waits for input and reads it. False = the socket is closed.
bool Runner::receive(std::string &buffered)
{
    std::array<pollfd, 2> ready{{{started_.channel.get(), POLLIN, 0}, {started_.output.get(), POLLIN, 0}}};
    const int found = poll(ready.data(), ready.size(), isCalled() ? lookEveryMs : -1);
    publishTime();
    if (found <= 0)
        return found == 0 || errno == EINTR;
    if (ready[1].revents != 0)
        countOutside(receiveOutput());
    if (ready[0].revents == 0)
        return true;
    // Not initialized, because a hostile process sends single bytes.
    std::array<char, readBytes> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init)
    const ssize_t got = recv(started_.channel.get(), bytes.data(), bytes.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
    {
        countOutside(0); // for example urgent data, which nothing reads
        return true;
    }
    buffered.append(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return got > 0;
}

/// A call is in progress. The thread that waits for it may be sending, and then does not publish the time.
bool Runner::isCalled() const
{
    const std::lock_guard lock(mutex_);
    return !calls_.empty();
}

/// Returns the number of bytes that were read; 0 = none were available.
std::size_t Runner::receiveOutput()
{
    std::array<char, 4096> bytes{};
    const ssize_t got = ::read(started_.output.get(), bytes.data(), bytes.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (got <= 0)
    {
        started_.output.reset();
        return 0;
    }
    const std::lock_guard lock(mutex_);
    lastWords_.append(bytes.data(), static_cast<std::size_t>(got));
    if (lastWords_.size() > lastWordsBytes)
        lastWords_.erase(0, lastWords_.size() - lastWordsBytes);
    return static_cast<std::size_t>(got);
}

/// Counts one frame, or one read from the output, that belongs to no call in progress. Throws BadFrame above the limits.
void Runner::countOutside(std::size_t bytes)
{
    const auto now = std::chrono::steady_clock::now();
    if (now - outsideSince_ >= std::chrono::minutes(1))
    {
        outsideSince_ = now;
        framesOutside_ = 0;
        bytesOutside_ = 0;
    }
    bytesOutside_ += bytes;
    if (++framesOutside_ > maxFrames || bytesOutside_ > maxBytes)
        throw BadFrame(floodOf("outside calls in a minute"));
}

void Runner::takeFrames(std::string &buffered)
{
    std::string_view rest(buffered);
    while (rest.size() >= frameHeadBytes)
    {
        const FrameHead head = readHead(rest);
        if (rest.size() < frameHeadBytes + head.size)
            break;
        handle(head, FrameReader(rest.substr(frameHeadBytes, head.size)));
        rest.remove_prefix(frameHeadBytes + head.size);
    }
    buffered.erase(0, buffered.size() - rest.size());
    if (buffered.empty() && buffered.capacity() > keptBytes)
        buffered = std::string();
}

void Runner::handle(const FrameHead &head, FrameReader fields)
{
    if (!confinement_ && head.kind != Kind::hello) // only this thread writes it
        throw BadFrame("a frame before it said which protocol it speaks");
    if (head.call == 0)
        return handleOutsideCalls(head, fields);
    return handleOfCall(head, fields);
}

void Runner::handleOutsideCalls(const FrameHead &head, FrameReader fields)
{
    countOutside(head.size);
    if (head.kind == Kind::log)
    {
        const auto level = fields.number32();
        const auto message = fields.textOrNone();
        const std::uint64_t dropped = fields.number();
        fields.end();
        if (dropped > 0)
            logOutside(PSA_LOG_WARNING, "plugin " + settings_.plugin + " logged faster than psa-host reads: " +
                                            std::to_string(dropped) + " lines were dropped");
        if (message)
            logOutside(knownLevel(level), json::printable(json::cutUtf8(*message, CallState::maxTextBytes)));
        return;
    }
    const std::lock_guard lock(mutex_);
    if (head.kind == Kind::hello && !confinement_)
    {
        const std::uint64_t version = fields.number();
        const std::string program(fields.text(100));
        if (version != protocolVersion)
            throw BadFrame("the protocol version " + std::to_string(version) + " of psa-plugin-runner " + program +
                           ", which does not belong to this psa-host: restart psa-host");
        const std::uint64_t inEffect = fields.number(allConfinement);
        confinement_ = ConfinementReport{inEffect, linesOf(fields.text(CallState::maxTextBytes))};
        fields.end();
    }
    else if (head.kind == Kind::entering)
    {
        part_ = json::printable(fields.text(100));
        fields.end();
    }
    else if (const auto reply = replies_.find(head.request); reply != replies_.end() && !reply->second)
        reply->second = Reply{head.kind, std::string(fields.rest())};
    else if (timedOut_.erase(head.request) == 0)
        throw BadFrame("a frame of kind " + std::to_string(static_cast<unsigned>(head.kind)) +
                       " that it was not asked for");
    changed_.notify_all();
}

void Runner::handleOfCall(const FrameHead &head, FrameReader fields)
{
    std::shared_ptr<Running> running;
    {
        const std::lock_guard lock(mutex_);
        const auto at = calls_.find(head.call);
        if (at != calls_.end())
            running = at->second;
        else if (head.kind == Kind::returned && timedOut_.erase(head.call) != 0)
            return; // late, but no violation: other calls continue in this process
        else if (head.call > lastNumber_ || head.kind == Kind::returned)
            throw BadFrame("a frame of a call that does not exist");
    }
    if (!running)
        return handleLate(head);
    running->bytes += head.size;
    if (++running->frames > maxFrames || running->bytes > maxBytes)
        throw BadFrame(floodOf("in one call"));
    if (isDelivered(head.kind))
        return deliver(*running->state, head.kind, fields);
    if (isAnswered(head.kind))
        return write(answer(*running->state, head, fields));
    if (head.kind == Kind::send)
        return queueSend(running, head, readRequest(fields));
    if (head.kind != Kind::returned)
        throw BadFrame("a frame of kind " + std::to_string(static_cast<unsigned>(head.kind)) + " in a call");
    endCall(head, *running, fields);
}

void Runner::endCall(const FrameHead &head, Running &running, FrameReader fields)
{
    const psa_status status = fields.number32();
    const bool isMissing = fields.flag();
    const auto thrown = fields.textOrNone();
    fields.end();
    const std::lock_guard lock(mutex_); // held also by call() when it decides that the call has timed out
    CallOutcome outcome = running.state->returned(running.verb.delivers(), status, thrown);
    if (outcome.ok() && isMissing)
    {
        outcome.defects.emplace_back("reported success of create without returning an instance");
        outcome.error = defectOf(settings_.plugin, outcome.defects.back());
    }
    running.outcome = std::move(outcome);
    running.waiting.clear();
    if (running.callerBusy || running.sending > 0)
        running.state->cancel(); // nothing waits for its remaining requests
    calls_.erase(head.call);
    running.changed.notify_all();
    closeIfUnused();
}

/// The thread that waits for the call sends one request at a time; concurrent ones get a thread each.
void Runner::queueSend(const std::shared_ptr<Running> &running, const FrameHead &head, net::HttpRequest request)
{
    Lock lock(mutex_);
    if (running->sending + running->waiting.size() >= maxSends)
    {
        lock.unlock();
        running->state->misused("sends more than 64 requests at the same time");
        return write(refusedAnswer(head));
    }
    const Send wanted{head, std::make_shared<const net::HttpRequest>(std::move(request))};
    const bool callerSends = !running->callerBusy && running->waiting.empty();
    if (!callerSends && startSender(running, wanted))
        return;
    running->waiting.push_back(wanted);
    running->changed.notify_all();
}

/// Requires the lock. False if maxSenders threads are running, or the system cannot start another.
bool Runner::startSender(const std::shared_ptr<Running> &running, const Send &wanted)
try
{
    if (senders_ >= maxSenders)
        return false;
    std::thread([this, running, wanted] {
        answerSend(*running, wanted);
        const std::lock_guard held(mutex_);
        --running->sending;
        running->changed.notify_all();
        --senders_;
        changed_.notify_all();
    }).detach();
    ++running->sending;
    ++senders_;
    return true;
}
catch (const std::system_error &)
{
    return false;
}

/// Requires that no lock is held. Does not throw, because nothing on its thread would catch the exception.
void Runner::answerSend(const Running &running, const Send &wanted)
try
{
    write(send(*running.state, wanted.head, *wanted.request));
}
catch (const std::exception &error) // out of memory
{
    kill(std::string("psa-host failed to send a request for it: ") + error.what());
}

void Runner::handleLate(const FrameHead &head)
{
    countOutside(head.size);
    logOutside(PSA_LOG_ERROR, "plugin " + settings_.plugin + " misbehaves: it used " + functionOf(head.kind) +
                                  " after its call had ended");
    if (isAnswered(head.kind) || head.kind == Kind::send)
        write(refusedAnswer(head));
    else if (!isDelivered(head.kind))
        throw BadFrame("a frame of kind " + std::to_string(static_cast<unsigned>(head.kind)) + " after its call");
}

void Runner::logOutside(psa_log_level level, const std::string &line)
{
    if (!settings_.log)
        return;
    switch (budget_.take(LogBudget::Clock::now()))
    {
    case LogBudget::Verdict::write:
        return settings_.log(level, line);
    case LogBudget::Verdict::lastWord:
        return settings_.log(PSA_LOG_WARNING, "plugin " + settings_.plugin + " logs more than " +
                                                  std::to_string(LogBudget::maxLines) +
                                                  " lines a minute outside calls; the rest is omitted");
    case LogBudget::Verdict::drop:
        return;
    }
}

/// Logs system calls that were denied since the last time.
void Runner::logDenied()
{
    const std::uint32_t count = std::min<std::uint32_t>(page_->deniedCount, SharedPage::maxDenied);
    for (std::uint32_t i = denied_.exchange(count); i < count; ++i)
        logOutside(PSA_LOG_ERROR, "plugin " + settings_.plugin + " misbehaves: it " + deniedCall(page_->denied[i]));
}

// ---- exit ----

void Runner::kill(const std::string &reason)
{
    const std::lock_guard lock(mutex_);
    if (!killReason_ && !ended_)
        killReason_ = reason;
    shutdown(started_.channel.get(), SHUT_RDWR);
}

/// The reading thread calls it last: reaps the process and wakes everything that waits for it.
void Runner::end()
{
    Lock lock(mutex_);
    const std::optional<std::string> killReason = killReason_;
    retired_ = true; // it receives no more frames
    lock.unlock();
    std::string cause = started_.child->end(killReason ? std::chrono::seconds(0) : exitGrace);
    // Drains the pipe, whose other end may still be open in a process that the child started.
    for (std::size_t got = 1, total = 0; started_.output.isOpen() && got > 0 && total < outputBytes; total += got)
        got = receiveOutput();
    started_.output.reset();
    logDenied();
    lock.lock();
    if (killReason)
        cause = *killReason;
    else if (cause.empty())
        cause = "it closed its connection to psa-host";
    if (const std::string words = Poco::trim(lastWords_); !killReason && !words.empty())
        cause += "; its last output: " + words;
    exitCause_ = cause;
    alone_ = calls_.size() == 1 && replies_.empty(); // a destroy in progress may have caused the exit
    ended_ = true;
    const bool unnoticed = !killReason && calls_.empty() && replies_.empty();
    for (auto &[number, running] : calls_)
        running->changed.notify_all();
    changed_.notify_all();
    lock.unlock();
    if (unnoticed) // no call and no reply says so
        logOutside(PSA_LOG_ERROR, "plugin " + settings_.plugin + " misbehaves: it crashed outside a call: " +
                                      json::printable(json::cutUtf8(cause, CallState::maxTextBytes)));
}

void Runner::retire()
{
    const std::lock_guard lock(mutex_);
    retired_ = true;
    closeIfUnused();
}

/// Requires the lock.
void Runner::closeIfUnused()
{
    if (!retired_ || !calls_.empty())
        return;
    if (!killReason_)
        killReason_ = "";
    shutdown(started_.channel.get(), SHUT_RDWR);
}

bool Runner::isUsable() const
{
    const std::lock_guard lock(mutex_);
    return takesCalls();
}

/// Requires the lock.
bool Runner::takesCalls() const
{
    return !retired_ && !ended_ && !killReason_;
}

// ---- requests ----

/// Updates the time in the shared page, from which the child computes psa_call.remaining_ms without a frame.
void Runner::publishTime()
{
    static_assert(std::chrono::nanoseconds(SharedPage::maxAgeNs) == Clock::maxGap);
    const std::lock_guard lock(publishing_); // an older time must not replace a newer one
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    page_->pausedNs = (now - Clock::now().time_since_epoch()).count();
    page_->publishedNs = now.count();
}

/// Requires that no lock is held. Kills a process that does not read within settings_.patience.
void Runner::write(const std::string &frame)
{
    if (!writeAll(frame))
        kill("it does not read what psa-host sends");
}

/// False = it did not read in time.
bool Runner::writeAll(std::string_view frame)
{
    const auto until = Clock::now() + settings_.patience;
    {
        Lock lock(writingMutex_);
        if (!clock::waitUntil(written_, lock, until, [&] { return !isWriting_; }))
            return false;
        isWriting_ = true;
    }
    const bool isWritten = writeInTurn(frame, until);
    {
        const std::lock_guard lock(writingMutex_);
        isWriting_ = false;
    }
    written_.notify_one();
    return isWritten;
}

bool Runner::writeInTurn(std::string_view rest, Clock::time_point until) const
{
    while (!rest.empty())
    {
        const ssize_t sent = ::send(started_.channel.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent >= 0)
        {
            rest.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (errno != EAGAIN && errno != EINTR)
            return true; // it has exited, which the reading thread notices
        pollfd ready{started_.channel.get(), POLLOUT, 0};
        if (poll(&ready, 1, clock::pollTime(until)) == 0 && Clock::now() >= until)
            return false;
    }
    return true;
}

std::uint64_t Runner::nextRequest()
{
    const std::lock_guard lock(mutex_);
    replies_[++lastNumber_];
    return lastNumber_;
}

Runner::Reply Runner::ask(FrameWriter frame, std::uint64_t request, Clock::time_point until)
{
    write(frame.take());
    Lock lock(mutex_);
    const bool inTime =
        clock::waitUntil(changed_, lock, until, [&] { return ended_ || replies_.at(request).has_value(); });
    const std::optional<Reply> reply = std::move(replies_.at(request));
    replies_.erase(request);
    if (!reply)
        timedOut_.insert(request);
    if (reply && reply->kind == Kind::threw)
        throw PluginThrew(part_);
    if (reply)
        return *reply;
    throw RunnerEnded(inTime ? exitCause_ : "", part_);
}

ConfinementReport Runner::confinement(Clock::time_point until)
{
    Lock lock(mutex_);
    const bool inTime = clock::waitUntil(changed_, lock, until, [&] { return ended_ || confinement_; });
    if (!confinement_)
        throw RunnerEnded(inTime ? exitCause_ : "", part_);
    return *confinement_;
}

/// The content of a reply, read by `reader`. A malformed reply kills the process.
template <class T>
T Runner::readReply(const Reply &reply, Kind kind, T (*reader)(FrameReader &))
try
{
    if (reply.kind != kind)
        throw BadFrame("a reply of kind " + std::to_string(static_cast<unsigned>(reply.kind)));
    FrameReader fields(reply.payload);
    T value = reader(fields);
    fields.end();
    return value;
}
catch (const BadFrame &error)
{
    const std::string reason = protocolViolation(error);
    kill(reason);
    throw RunnerEnded(reason, part());
}

std::string Runner::part() const
{
    const std::lock_guard lock(mutex_);
    return part_;
}

std::optional<EnteredTable> Runner::enter(Clock::time_point until)
{
    const std::uint64_t request = nextRequest();
    FrameWriter frame(Kind::enter, 0, request);
    frame.number(settings_.abi.major).number(settings_.abi.minor).number(settings_.services.size());
    for (const std::string &id : settings_.services)
        frame.text(id);
    const Reply reply = ask(std::move(frame), request, until);
    if (reply.kind == Kind::refused)
        throw NotLoaded(readReply<std::string>(reply, Kind::refused, [](FrameReader &fields) {
            return json::printable(fields.text(CallState::maxTextBytes));
        }));
    return readReply<std::optional<EnteredTable>>(reply, Kind::entered, [](FrameReader &fields) {
        std::optional<EnteredTable> table;
        if (!fields.flag())
            return table;
        table.emplace();
        table->structSize = fields.number32();
        table->abi.major = fields.number32();
        table->abi.built = fields.number32();
        table->abi.needed = fields.number32();
        table->functions = fields.number32();
        return table;
    });
}

std::vector<Offer> Runner::offers(const std::vector<std::string> &ids, Clock::time_point until)
{
    const std::uint64_t request = nextRequest();
    FrameWriter frame(Kind::offer, 0, request);
    frame.number(ids.size());
    for (const std::string &id : ids)
        frame.text(id);
    return readReply<std::vector<Offer>>(ask(std::move(frame), request, until), Kind::offered, [](FrameReader &fields) {
        constexpr std::uint64_t most = 1000; // a descriptor has fewer extensions
        std::vector<Offer> offers(fields.number(most));
        for (Offer &each : offers)
        {
            each.state = static_cast<OfferState>(fields.number(static_cast<std::uint64_t>(OfferState::unknown)));
            each.table = fields.number();
            each.optional = fields.flag();
        }
        return offers;
    });
}

std::optional<std::size_t> Runner::takeSlot()
{
    const std::lock_guard lock(mutex_);
    const auto free = std::find(slots_.begin() + 1, slots_.end(), false);
    if (free == slots_.end())
        return {};
    *free = true;
    return static_cast<std::size_t>(free - slots_.begin());
}

std::string Runner::freeSlot(std::size_t slot, Clock::time_point until)
try
{
    const std::uint64_t request = nextRequest();
    FrameWriter frame(Kind::destroy, 0, request);
    frame.number(slot);
    const bool threw = readReply<bool>(ask(std::move(frame), request, until), Kind::destroyed,
                                       [](FrameReader &fields) { return fields.flag(); });
    const std::lock_guard lock(mutex_);
    slots_[slot] = false;
    return threw ? "let an exception leave destroy" : "";
}
catch (const RunnerEnded &ended)
{
    const std::string cause = ended.what();
    if (!cause.empty())
        return "crashed in destroy: " + cause;
    return isUsable() ? "did not return from destroy in time" : ""; // not usable: the host killed it
}

ConfinementReport tryConfinement(const Launcher &launcher)
{
    const os::FileDescriptor nothing = sealedCopy({});
    Runner process(launcher, nothing.get(), {"none", nullptr});
    constexpr std::chrono::seconds patience(5);
    return process.confinement(Runner::Clock::now() + patience);
}

// ---- calls ----

void Runner::cancel(std::size_t slot)
{
    page_->slot[slot].cancelled = 1;
}

CallOutcome notCalled(const std::string &plugin, const VerbRow &verb)
{
    return failed(PSA_INTERNAL,
                  "The process of the plugin " + plugin + " takes no more calls; " + verb.function + " was not called.",
                  "Try again: psa-host starts a new process.");
}

CallOutcome Runner::call(const Asked &asked)
{
    Slot &slot = page_->slot[asked.slot];
    slot.ownClock = asked.state->hasOwnClock() ? 1 : 0;
    slot.deadlineNs = asked.state->deadline().time_since_epoch().count();
    slot.cancelled = asked.state->isCancelled() ? 1 : 0;
    publishTime();
    const auto running = std::make_shared<Running>(asked.verb, asked.state);
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        if (!takesCalls())
            return notCalled(settings_.plugin, asked.verb);
        number = ++lastNumber_;
        calls_[number] = running;
    }
    FrameWriter frame(Kind::call, number);
    frame.number(asked.slot).number(static_cast<std::uint64_t>(asked.verb.verb)).number(asked.arguments.size());
    for (const std::string &argument : asked.arguments)
        frame.text(argument);
    write(frame.take());
    Lock lock(mutex_);
    waitForEnd(lock, running, asked.state->deadline() + asked.grace);
    CallOutcome outcome = settle(asked, running);
    if (calls_.erase(number) != 0)
        timedOut_.insert(number);
    closeIfUnused();
    lock.unlock();
    logDenied();
    return outcome;
}

/// Waits until the call has returned, the process has exited, or `until`; sends the call's requests meanwhile.
void Runner::waitForEnd(Lock &lock, const std::shared_ptr<Running> &running, Clock::time_point until)
{
    const auto isReady = [&] {
        publishTime();
        return running->outcome || ended_ || !running->waiting.empty();
    };
    while (clock::waitUntil(running->changed, lock, until, isReady) && !running->outcome)
    {
        if (ended_ || Clock::now() >= until)
            break; // queued requests were not sent, and will not be
        serveOne(lock, running);
    }
    // What was sent decides how a crash is judged, so wait for requests in progress.
    if (ended_ && !running->outcome)
        clock::waitUntil(running->changed, lock, until, [&] { return running->sending == 0; });
}

void Runner::serveOne(Lock &lock, const std::shared_ptr<Running> &running)
{
    const Send wanted = running->waiting.front();
    running->waiting.pop_front();
    running->callerBusy = true;
    lock.unlock();
    answerSend(*running, wanted);
    lock.lock();
    running->callerBusy = false;
}

/// Requires the lock.
CallOutcome Runner::settle(const Asked &asked, const std::shared_ptr<Running> &running)
{
    if (running->outcome)
        return std::move(*running->outcome);
    if (ended_)
    {
        const bool byHost = killReason_ && killReason_->empty();
        CallOutcome outcome = asked.state->died(asked.verb, byHost ? "psa-host stopped its process" : exitCause_);
        outcome.alone = alone_;
        return outcome;
    }
    retired_ = true;
    return asked.state->hung(asked.verb);
}

} // namespace psa::plugin::runner
