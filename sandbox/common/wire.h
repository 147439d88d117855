#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/common/stopper.h"

#include <Poco/Net/StreamSocket.h>

namespace psa::sandbox {

/// The connection under one request: answers are written here byte by byte, so that faults can end anywhere.
/// Used by the request's own thread.
class Wire
{
public:
    /// `keeps`: another request may follow the answer.
    Wire(const Poco::Net::StreamSocket &socket, Stopper &stopper, bool keeps)
        : socket_(socket), stopper_(stopper), keeps_(keeps)
    {
    }

    /// The whole answer as bytes, head and body.
    std::string compose(const Answer &answer) const;
    void send(const std::string &bytes);
    /// Sends `bytes` in pieces over about `time`; false if the sandbox stopped meanwhile.
    bool drip(const std::string &bytes, std::chrono::milliseconds time);
    /// Ends the connection with FIN, without TLS's own farewell, as a peer that died does.
    void drop();
    /// Ends the connection with RST.
    void reset();
    /// Says nothing until the client goes away or the sandbox stops.
    void hang();
    /// False if the sandbox stopped meanwhile.
    bool wait(std::chrono::milliseconds time) { return stopper_.wait(time); }

    /// The answer will be the last of the connection.
    void close() { keeps_ = false; }
    bool keeps() const { return keeps_; }
    /// It was ended here, so there is no farewell. Its descriptor stays open until the connection's own thread closes it:
    /// until then the number cannot come to mean another connection.
    bool isDropped() const { return dropped_; }

private:
    void abandon();

    Poco::Net::StreamSocket socket_;
    Stopper &stopper_;
    bool keeps_;
    bool dropped_ = false;
};

} // namespace psa::sandbox
