#pragma once

#include "host/os/file_descriptor.h"

#include <cstddef>
#include <memory>
#include <string_view>

struct ssl_ctx_st;

namespace psa::http {

/// The bytes of one connection, plain or through TLS. Never blocks.
class Stream
{
public:
    enum class Status
    {
        done,
        wantsRead, ///< Can go on once the socket can be read.
        wantsWrite,
        closed ///< The other end sends nothing more, or is gone.
    };
    struct Result
    {
        Status status = Status::closed;
        std::size_t count = 0; ///< With done.
    };

    explicit Stream(os::FileDescriptor socket) : socket_(std::move(socket)) {}
    virtual ~Stream() = default;
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;

    int descriptor() const { return socket_.get(); }

    /// To be repeated until it is done, before all else.
    virtual Status begin() = 0;
    virtual Result read(char *to, std::size_t size) = 0;
    virtual Result write(std::string_view bytes) = 0;
    /// There are bytes to read that the socket does not know of.
    virtual bool hasMore() const = 0;
    /// Nothing more will be written; reading goes on.
    virtual void finish() = 0;

protected:
    /// Ends the direction of sending of the socket itself.
    void finishSocket() const;

private:
    os::FileDescriptor socket_;
};

/// Of a socket that does not block.
std::unique_ptr<Stream> plainStream(os::FileDescriptor socket);
/// Through TLS, as its server. It takes some 10 KiB where Asio's own, with its four buffers of a record each, takes 90.
std::unique_ptr<Stream> tlsStream(os::FileDescriptor socket, ssl_ctx_st &context);

} // namespace psa::http
