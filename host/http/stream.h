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
        wantsRead, ///< Continue when the socket is readable.
        wantsWrite,
        closed ///< The peer sends nothing more, or is gone.
    };
    struct Result
    {
        Status status = Status::closed;
        std::size_t count = 0; ///< Number of bytes, with done.
    };

    explicit Stream(os::FileDescriptor socket) : socket_(std::move(socket)) {}
    virtual ~Stream() = default;
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;

    int descriptor() const { return socket_.get(); }

    /// To be repeated until it is done, before everything else.
    virtual Status begin() = 0;
    virtual Result read(char *to, std::size_t size) = 0;
    virtual Result write(std::string_view bytes) = 0;
    /// There are bytes to read that the socket does not report as readable.
    virtual bool hasMore() const = 0;
    /// Nothing more will be written; reading continues.
    virtual void finish() = 0;

protected:
    /// Shuts down the sending direction of the socket itself.
    void finishSocket() const;

private:
    os::FileDescriptor socket_;
};

/// `socket` must be non-blocking.
std::unique_ptr<Stream> plainStream(os::FileDescriptor socket);
/// TLS, server side. Uses about 10 KiB; Asio's own stream, with its four buffers of one record each, uses 90.
std::unique_ptr<Stream> tlsStream(os::FileDescriptor socket, ssl_ctx_st &context);

} // namespace psa::http
