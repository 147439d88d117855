#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/common/stopper.h"

#include <Poco/Net/StreamSocket.h>

namespace psa::sandbox {

/// The connection of one request: responses are written here byte by byte, so that faults can cut them anywhere. Only
/// for the request's own thread.
class Wire
{
public:
    /// `keeps`: another request may follow the response.
    Wire(const Poco::Net::StreamSocket &socket, Stopper &stopper, bool keeps)
        : socket_(socket), stopper_(stopper), keepAlive_(keeps)
    {
    }

    /// The whole response as bytes, head and body.
    std::string compose(const Answer &answer) const;
    void send(const std::string &bytes);
    /// Sends `bytes` in pieces over about `time`; false if the sandbox stopped meanwhile.
    bool drip(const std::string &bytes, std::chrono::milliseconds time);
    /// Closes the connection with FIN, without a TLS close_notify, like a peer that died.
    void drop();
    /// Closes the connection with RST.
    void reset();
    /// Sends nothing until the client goes away or the sandbox stops.
    void hang();
    /// False if the sandbox stopped meanwhile.
    bool wait(std::chrono::milliseconds time) { return stopper_.wait(time); }

    /// The connection is closed after the response.
    void close() { keepAlive_ = false; }
    bool keeps() const { return keepAlive_; }
    /// It was closed here, so there is no close_notify. Its descriptor stays open until the connection's own thread
    /// closes it, so that the number cannot be reused for another connection before.
    bool isDropped() const { return dropped_; }

private:
    void abandon();

    Poco::Net::StreamSocket socket_;
    Stopper &stopper_;
    bool keepAlive_;
    bool dropped_ = false;
};

} // namespace psa::sandbox
