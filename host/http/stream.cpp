#include "host/http/stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>

namespace psa::http {
namespace {

class PlainStream final : public Stream
{
public:
    using Stream::Stream;

    Status begin() override { return Status::done; }
    Result read(char *to, std::size_t size) override
    {
        const ssize_t count = recv(descriptor(), to, size, 0);
        return count > 0 ? Result{Status::done, static_cast<std::size_t>(count)} : failed(count, Status::wantsRead);
    }
    Result write(std::string_view bytes) override
    {
        const ssize_t count = send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        return count >= 0 ? Result{Status::done, static_cast<std::size_t>(count)} : failed(count, Status::wantsWrite);
    }
    bool hasMore() const override { return false; }
    void finish() override { finishSocket(); }

private:
    static Result failed(ssize_t count, Status later)
    {
        const bool wait = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
        return {wait ? later : Status::closed, 0};
    }
};

class TlsStream final : public Stream
{
public:
    TlsStream(os::FileDescriptor socket, SSL_CTX &context) : Stream(std::move(socket)), ssl_(SSL_new(&context))
    {
        if (ssl_ == nullptr || SSL_set_fd(ssl_, descriptor()) != 1)
        {
            SSL_free(ssl_);
            throw std::bad_alloc();
        }
        SSL_set_accept_state(ssl_);
    }
    ~TlsStream() override { SSL_free(ssl_); }
    TlsStream(const TlsStream &) = delete;
    TlsStream &operator=(const TlsStream &) = delete;

    Status begin() override
    {
        ERR_clear_error();
        const int result = SSL_do_handshake(ssl_);
        return result == 1 ? Status::done : statusOf(result);
    }
    Result read(char *to, std::size_t size) override
    {
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_read_ex(ssl_, to, size, &count);
        return result == 1 ? Result{Status::done, count} : Result{statusOf(result), 0};
    }
    Result write(std::string_view bytes) override
    {
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &count);
        return result == 1 ? Result{Status::done, count} : Result{statusOf(result), 0};
    }
    bool hasMore() const override { return SSL_has_pending(ssl_) == 1; }
    void finish() override
    {
        ERR_clear_error();
        if (SSL_is_init_finished(ssl_) == 1)
            SSL_shutdown(ssl_); // as much of it as the socket accepts now
        finishSocket();
    }

private:
    Status statusOf(int result) const
    {
        switch (SSL_get_error(ssl_, result))
        {
        case SSL_ERROR_WANT_READ:
            return Status::wantsRead;
        case SSL_ERROR_WANT_WRITE:
            return Status::wantsWrite;
        default:
            return Status::closed;
        }
    }

    SSL *ssl_;
};

} // namespace

void Stream::finishSocket() const
{
    shutdown(descriptor(), SHUT_WR);
}

std::unique_ptr<Stream> plainStream(os::FileDescriptor socket)
{
    return std::make_unique<PlainStream>(std::move(socket));
}

std::unique_ptr<Stream> tlsStream(os::FileDescriptor socket, ssl_ctx_st &context)
{
    return std::make_unique<TlsStream>(std::move(socket), context);
}

} // namespace psa::http
