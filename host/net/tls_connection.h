#pragma once

#include "host/net/watchdog.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace psa::net {

/// One verified TLS connection to a host. Its reads and writes block; keep a Watchdog::Guard on fd() meanwhile. Not
/// thread-safe.
class TlsConnection
{
public:
    /// Where to connect, and the expected name.
    struct Target
    {
        std::string host; ///< For SNI and the certificate check.
        std::vector<Poco::Net::SocketAddress> addresses;
    };

    /// Tries each address in turn until one accepts, then does the handshake. Throws NetError (connect, tls, timeout or
    /// cancelled): nothing of a request was sent.
    TlsConnection(const Target &target, const Poco::Net::Context::Ptr &context, Watchdog &watchdog, const Stop &stop);

    /// Sends a close_notify if that does not block, and closes.
    ~TlsConnection();
    TlsConnection(const TlsConnection &) = delete;
    TlsConnection &operator=(const TlsConnection &) = delete;

    /// Writes at most maxRecordBytes, as one TLS record. Throws NetError (closed): then the peer cannot have read any
    /// of it, since a record that was not sent completely cannot be decrypted.
    void writeRecord(std::string_view bytes);
    static constexpr std::size_t maxRecordBytes = 16384;

    /// Reads the available bytes, waiting for at least one; 0 = the peer closed the connection with a close_notify.
    /// Throws NetError: closed for any other end, including a bare FIN; tls for invalid TLS.
    std::size_t read(char *buffer, std::size_t size);

    int fd() const { return fd_; }

    /// Whether a request sent now would fail because the peer has closed. Also true if unsolicited data has arrived.
    bool looksClosed() const;

private:
    Poco::Net::SecureStreamSocket socket_;
    int fd_;
};

/// A client context that verifies everything: TLS 1.2 or newer, the whole chain, the name. Poco's default contexts and
/// its certificate handlers are process-wide and any library may change them, so the host does not use them. `caFile`:
/// PEM with further authorities, for PSAs on premises. Throws std::runtime_error that names the file.
Poco::Net::Context::Ptr makeTlsContext(const std::optional<std::filesystem::path> &caFile);

} // namespace psa::net
