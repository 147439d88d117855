#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/common/stopper.h"

#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocket.h>

namespace psa::sandbox {

/// The connection under one request: answers are written here byte by byte, so that faults can end anywhere.
/// Used by the request's own thread.
class Wire
{
public:
    Wire(Poco::Net::HTTPServerRequestImpl &request, Poco::Net::HTTPServerResponse &response, Stopper &stopper);

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

private:
    void abandon();

    Poco::Net::HTTPServerRequestImpl &request_;
    Poco::Net::HTTPServerResponse &response_;
    Poco::Net::StreamSocket socket_;
    Stopper &stopper_;
};

} // namespace psa::sandbox
