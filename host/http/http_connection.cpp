#include "host/http/http_connection.h"

#include "host/http/response_text.h"

#include <Poco/String.h>

namespace psa::http {
namespace {

using namespace std::chrono_literals;

/// How much of the body of a request that was rejected by its head is read and discarded, so that its connection can be
/// kept.
constexpr std::size_t maxThrownAway = 64 << 10;
/// A request with a larger body would block the loop for too long.
constexpr std::size_t maxBodyOnLoop = 32 << 10;
/// While a response is pending, at most this much of the next requests is buffered.
constexpr std::size_t maxAhead = 16 << 10;
constexpr auto eventsEvery = 500ms;
/// How long a request waits to know what other hosts have changed.
constexpr auto catchUpPatience = 5s;
/// Proxies close a connection that is silent for a minute.
constexpr auto maxSilence = 15s;

Router::Waits waitsOf(const Router::Route *route, const ApiRequest &request)
{
    if (route == nullptr)
        return Router::Waits::never;
    return route->waitsOf != nullptr ? route->waitsOf(request) : route->waits;
}

} // namespace

HttpConnection::HttpConnection(ConnectionParts &parts, std::unique_ptr<Stream> stream, Peer peer)
    : parts_(parts), stream_(std::move(stream)), peer_(std::move(peer))
{
}

void HttpConnection::begin()
{
    place_ = parts_.table.admit(shared_from_this(), peer_.address);
    if (!place_)
        return end();
    watch_.emplace(*parts_.loop, stream_->descriptor(), [this] {
        readable_ = true;
        go();
    });
    readable_ = true;
    go();
}

void HttpConnection::go()
{
    const auto self = shared_from_this();
    while (state_ != State::over && step())
    {
    }
}

/// True if the next step may follow immediately.
bool HttpConnection::step()
try
{
    switch (state_)
    {
    case State::handshake:
        return shakeHands();
    case State::head:
        return readHead();
    case State::body:
        return readBody();
    case State::working: // detects whether the client is still there, if that may take long
        return pending_ && pending_->patience().count() > 0 && reader_.waiting() < maxAhead && read();
    case State::admitting:
        judgeHead();
        return true;
    case State::serving:
        serve();
        return state_ != State::working;
    case State::sending:
        return write();
    case State::streaming:
        return reader_.waiting() < maxAhead && read();
    case State::closing:
        return discard();
    case State::over:
        break;
    }
    return false;
}
catch (const Problem &problem)
{
    refuse(problem);
    return true;
}
catch (const std::exception &error) // one request must not end the process
{
    const ApiResponse failed = parts_.endpoint.router.failed(request_, error.what());
    if (state_ != State::body)
    {
        end();
        return false;
    }
    keepAlive_ = false;
    answer(failed);
    return true;
}

/// The stream was not ready: the same step is retried once it is, and never if it is closed.
void HttpConnection::waitForStream(Stream::Status status)
{
    if (status == Stream::Status::wantsRead)
        watch_->whenReadable();
    else if (status == Stream::Status::wantsWrite)
        watch_->whenWritable();
    else
        end();
}

bool HttpConnection::shakeHands()
{
    const Stream::Status status = stream_->begin();
    if (status != Stream::Status::done)
    {
        waitForStream(status);
        return false;
    }
    state_ = State::head;
    return true;
}

/// Passes received bytes to the reader.
bool HttpConnection::read()
{
    if (!readable_ && !stream_->hasMore())
    {
        watch_->whenReadable();
        return false;
    }
    ReadBuffer &buffer = *parts_.buffer;
    const auto [status, count] = stream_->read(buffer.data(), buffer.size());
    switch (status)
    {
    case Stream::Status::done:
        reader_.add({buffer.data(), count});
        readable_ = count == buffer.size() || stream_->hasMore();
        return true;
    case Stream::Status::wantsRead:
        readable_ = false;
        return true;
    case Stream::Status::wantsWrite:
        watch_->whenWritable();
        return false;
    case Stream::Status::closed:
        break;
    }
    ended();
    return state_ == State::sending;
}

/// The client sends nothing more. It may still read.
void HttpConnection::ended()
{
    if (state_ == State::body || (state_ == State::head && !reader_.isEmpty()))
        return refuse(
            {400, "cut-short", "Incomplete request", "The connection was closed before the end of the request."});
    if (state_ != State::working)
        return end();
    keepAlive_ = false;
    pending_->respondNow();
}

bool HttpConnection::readHead()
{
    auto head = reader_.readHead();
    if (!head)
        return read();
    admit(std::move(*head));
    return true;
}

/// The caller: the peer, or the client that the last proxy names.
Caller HttpConnection::caller(const ApiRequest &head) const
{
    if (peer_.user)
        return {"uid " + std::to_string(*peer_.user)};
    const std::string forwarded = parts_.endpoint.behindProxy ? head.header("x-forwarded-for") : "";
    const std::string last = Poco::trim(forwarded.substr(forwarded.rfind(',') + 1)); // npos + 1 is the beginning
    return {"", last.empty() ? peer_.address : last};
}

/// For a request that is rejected here, and not by its handler.
void HttpConnection::tell(ApiRequest request, const Problem &problem) const
{
    request.caller = caller(request);
    parts_.endpoint.guard->refused(std::move(request), problem);
}

void HttpConnection::admit(ApiRequest head)
{
    request_ = std::move(head);
    request_.mayAskAgain = parts_.endpoint.router.catchUp() != nullptr;
    keepAlive_ = reader_.keepsConnection();
    refusal_.reset();
    judgeHead();
}

void HttpConnection::judgeHead()
{
    place_->enter(ConnectionPhase::body);
    state_ = State::body;
    bool rejectedHere = true; // rejections from here on are our own
    try
    {
        takeQuery(request_);
        request_.caller = caller(request_);
        rejectedHere = false;
        admitted_ = parts_.endpoint.guard->admit(request_);
        rejectedHere = true;
        if (parts_.endpoint.behindProxy && !place_->serve(request_.caller.address))
            throw Problem(503, "too-many-requests", "Too many concurrent requests",
                          "This address has reached its limit of concurrent requests. Wait for some responses first.")
                .header("Retry-After", "1");
        checkBody();
    }
    catch (const AskAgain &)
    {
        return catchUp(State::admitting);
    }
    catch (const Problem &problem)
    {
        if (rejectedHere)
            tell(request_, problem);
        const auto left = reader_.lengthLeft();
        if (reader_.expectsContinue() || !left || *left > maxThrownAway)
            return close(problem);
        refusal_ = problem.toResponse();
        admitted_.maxBody = maxThrownAway;
        return;
    }
    if (reader_.expectsContinue() && reader_.hasBody() && reader_.isEmpty())
        send("HTTP/1.1 100 Continue\r\n\r\n", State::body);
}

void HttpConnection::checkBody() const
{
    if (!reader_.hasBody())
        return;
    if (reader_.lengthLeft().value_or(0) > admitted_.maxBody)
        throw tooLarge(admitted_.maxBody);
    const std::string coding = request_.header("content-encoding");
    if (!coding.empty() && Poco::icompare(coding, "identity") != 0)
        throw Problem(415, "compressed", "Compressed body", "Send it without Content-Encoding.");
}

bool HttpConnection::readBody()
{
    if (!reader_.readBody(request_.body, admitted_.maxBody))
        return read();
    serve();
    return state_ != State::working;
}

/// With a problem after which nothing more can be read.
void HttpConnection::refuse(const Problem &problem)
{
    tell(state_ == State::head ? reader_.known() : request_, problem);
    close(problem);
}

void HttpConnection::close(const Problem &problem)
{
    keepAlive_ = false;
    answer(problem.toResponse());
}

/// Calls `make` on another thread and takes its result.
template <class Make>
void HttpConnection::onWorker(Workers::Kind kind, Make make)
{
    state_ = State::working;
    parts_.workers.post(kind, [self = shared_from_this(), make = std::move(make)]() mutable {
        const std::shared_ptr<EventLoop> loop = self->parts_.loop;
        ApiResponse response = make(*self);
        // If this holds the last reference, it must be destroyed on the loop's thread.
        loop->post([self = std::move(self), response = std::move(response)]() mutable {
            self->take(std::move(response));
            self->go();
        });
    });
}

void HttpConnection::serve()
{
    place_->enter(ConnectionPhase::work);
    if (refusal_)
        return answer(*std::exchange(refusal_, std::nullopt));
    const Router::Route *route = admitted_.route;
    const Router::Waits waits = waitsOf(route, request_);
    if (waits == Router::Waits::never && request_.body.size() <= maxBodyOnLoop)
        return take(parts_.endpoint.router.begin(route, request_));
    onWorker(waits == Router::Waits::forPsa ? Workers::Kind::slow : Workers::Kind::brief,
             [route](const HttpConnection &self) { return self.parts_.endpoint.router.begin(route, self.request_); });
}

/// Goes on with `then` once this host knows what others have changed; nothing else waits for that.
void HttpConnection::catchUp(State then)
{
    state_ = State::working;
    afterCatchUp_ = then;
    request_.mayAskAgain = false;
    place_->enter(ConnectionPhase::waiting, catchUpPatience);
    parts_.endpoint.router.catchUp()([weak = weak_from_this(), exchange = exchange_, loop = parts_.loop](bool known) {
        loop->post([weak, exchange, known] {
            const auto self = weak.lock();
            if (self && self->exchange_ == exchange)
                self->caughtUp(known);
        });
    });
}

void HttpConnection::caughtUp(bool known)
{
    if (!afterCatchUp_)
        return;
    state_ = *std::exchange(afterCatchUp_, std::nullopt);
    if (!known)
    {
        const Problem problem = Problem(503, "store", "The store is unavailable",
                                        "This host does not know what the request names, and cannot read now what "
                                        "other hosts have stored. Repeat the request.")
                                    .header("Retry-After", "1");
        tell(request_, problem);
        close(problem);
    }
    go();
}

/// The result of a handler.
void HttpConnection::take(ApiResponse response)
{
    if (state_ == State::over)
        return;
    if (response.askAgain)
        catchUp(State::serving);
    else if (response.pending)
        await(std::move(response.pending));
    else if (response.events)
        stream(std::move(response));
    else if (shouldCompress(request_, response))
    {
        request_.headers.erase("accept-encoding"); // once
        onWorker(Workers::Kind::brief, [response = std::move(response)](const HttpConnection &) mutable {
            compress(response);
            return std::move(response);
        });
    }
    else
        answer(response);
}

void HttpConnection::await(std::shared_ptr<PendingAnswer> pending)
{
    state_ = State::working;
    pending_ = std::move(pending);
    const auto patience = pending_->patience();
    place_->enter(patience.count() > 0 ? ConnectionPhase::waiting : ConnectionPhase::work, patience);
    request_.body = {};
    pending_->start([weak = weak_from_this(), exchange = exchange_, loop = parts_.loop](PendingAnswer::Make make) {
        loop->post([weak, exchange, make = std::move(make)] {
            const auto self = weak.lock();
            if (!self || self->exchange_ != exchange || !self->pending_)
                return;
            self->pending_.reset();
            self->take(make());
            self->go();
        });
    });
    if (patience.count() > 0 && parts_.draining)
        pending_->respondNow();
    if (patience.count() > 0)
        watch_->whenReadable();
}

void HttpConnection::answer(const ApiResponse &response)
{
    keepAlive_ = keepAlive_ && !parts_.draining;
    std::string bytes = headText(response, BodyEnd::length, keepAlive_);
    if (request_.method != "HEAD")
        bytes += response.body;
    place_->enter(ConnectionPhase::answer);
    send(std::move(bytes), keepAlive_ ? State::head : State::closing);
}

void HttpConnection::stream(ApiResponse response)
{
    keepAlive_ = false;
    std::string head = headText(response, reader_.isHttp10() ? BodyEnd::connection : BodyEnd::chunks, false);
    place_->enter(ConnectionPhase::answer);
    if (request_.method == "HEAD")
        return send(std::move(head), State::closing);
    events_ = std::move(response.events);
    send(std::move(head), State::streaming);
    parts_.loop->every(eventsEvery, [weak = weak_from_this()] {
        const auto self = weak.lock();
        return self && self->nextEvents();
    });
}

/// Sends the available events, as long as the client may receive them. False once it is over.
bool HttpConnection::nextEvents()
{
    if (state_ != State::streaming)
        return state_ == State::sending;
    try
    {
        ApiRequest again = request_;
        again.mayAskAgain = false;
        parts_.endpoint.guard->admit(again);
    }
    catch (const Problem &)
    {
        end();
        return false;
    }
    std::string text = events_();
    const auto now = std::chrono::steady_clock::now();
    if (text.empty() && now - lastSentAt_ >= maxSilence)
        text = ":\n\n";
    if (text.empty())
        return true;
    lastSentAt_ = now;
    place_->enter(ConnectionPhase::answer);
    send(reader_.isHttp10() ? text : chunkText(text), State::streaming);
    go();
    return state_ != State::over;
}

void HttpConnection::send(std::string bytes, State next)
{
    out_ = std::move(bytes);
    sent_ = 0;
    next_ = next;
    state_ = State::sending;
}

bool HttpConnection::write()
{
    while (sent_ < out_.size())
    {
        const auto [status, count] = stream_->write(std::string_view(out_).substr(sent_));
        if (status != Stream::Status::done)
        {
            waitForStream(status);
            return false;
        }
        sent_ += count;
    }
    return sent();
}

bool HttpConnection::sent()
{
    out_ = {};
    state_ = next_;
    switch (state_)
    {
    case State::head:
        request_ = {};
        ++exchange_;
        place_->enter(ConnectionPhase::head);
        if (parts_.draining && reader_.isEmpty())
            end();
        else if (reader_.isEmpty())
            return true;
        else // others are served before the next of its requests
            parts_.loop->post([self = shared_from_this()] { self->go(); });
        return false;
    case State::closing:
        stream_->finish();
        place_->enter(ConnectionPhase::closing);
        return true;
    case State::streaming:
        place_->enter(ConnectionPhase::waiting);
        return true;
    default:
        return true;
    }
}

/// Reads and discards what the client still sends: otherwise our response may be lost with it.
bool HttpConnection::discard()
{
    ReadBuffer &buffer = *parts_.buffer;
    switch (stream_->read(buffer.data(), buffer.size()).status)
    {
    case Stream::Status::done: // others are served before the rest of it, however much there is
        parts_.loop->post([self = shared_from_this()] { self->go(); });
        break;
    case Stream::Status::wantsRead:
        watch_->whenReadable();
        break;
    case Stream::Status::wantsWrite:
    case Stream::Status::closed:
        end();
        break;
    }
    return false;
}

void HttpConnection::drain()
{
    if (state_ == State::streaming || state_ == State::handshake || (state_ == State::head && reader_.isEmpty()))
        end();
    else if (!afterCatchUp_) // that comes soon
        respondNow(true);
}

void HttpConnection::respondNow(bool last)
{
    keepAlive_ = keepAlive_ && !last;
    if (state_ == State::streaming)
        end();
    else if (pending_)
        pending_->respondNow();
    else if (afterCatchUp_)
        parts_.loop->post([weak = weak_from_this()] {
            if (const auto self = weak.lock())
                self->caughtUp(false);
        });
}

void HttpConnection::end()
{
    state_ = State::over;
    pending_.reset();
    afterCatchUp_.reset();
    events_ = nullptr;
    watch_.reset();
    stream_.reset();
    place_.reset();
}

} // namespace psa::http
