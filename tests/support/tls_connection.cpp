#include "tests/support/tls_connection.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdexcept>

namespace psa::test {

void Connection::FreeSsl::operator()(ssl_st *ssl) const
{
    SSL_free(ssl);
}

Connection::Connection(ssl_ctx_st *context, Socket socket, std::size_t index, Gate &over,
                       std::function<void(std::string_view)> seen)
    : ssl_(SSL_new(context)), socket_(std::move(socket)), index_(index), over_(over), seen_(std::move(seen))
{
    if (!ssl_)
        throw std::runtime_error("SSL_new failed");
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(ssl_.get());
}

Connection::~Connection() = default;

bool Connection::send(std::string_view bytes)
{
    while (!bytes.empty())
    {
        const auto part = bytes.substr(0, 16 * 1024); // one record at a time, so that "endless" uses little memory
        ERR_clear_error();
        const int written = SSL_write(ssl_.get(), part.data(), static_cast<int>(part.size()));
        if (written <= 0)
            wantsInput(written); // stores the reason
        if (written <= 0 || !flush())
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool Connection::drip(std::string_view bytes, std::chrono::microseconds interval)
{
    for (std::size_t i = 0; i < bytes.size(); ++i)
        if (!pause(interval) || !send(bytes.substr(i, 1)))
            return false;
    return true;
}

bool Connection::sendRaw(std::string_view bytes)
{
    return socket_.write(bytes, over_);
}

void Connection::sendFatalAlert()
{
    // A record that cannot be decrypted: OpenSSL itself answers it with the alert.
    const std::string record = std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x');
    BIO_write(SSL_get_rbio(ssl_.get()), record.data(), static_cast<int>(record.size()));
    char dropped[1];
    ERR_clear_error();
    wantsInput(SSL_read(ssl_.get(), dropped, 1));
    flush();
    socket_.close();
}

void Connection::close()
{
    if (!isOpen())
        return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    flush();
    socket_.close();
}

void Connection::cut()
{
    socket_.close();
}

void Connection::abort()
{
    socket_.reset();
}

bool Connection::handshake(std::chrono::microseconds interval)
{
    while (isOpen())
    {
        ERR_clear_error();
        const int result = SSL_do_handshake(ssl_.get());
        const bool more = result != 1 && wantsInput(result);
        const bool flushed = flush(interval);
        if (result == 1)
            return true; // even if its last bytes met a client that is gone
        if (!flushed || !more || !fill())
            break;
    }
    // The client must be able to read the alert: a reset because of unread bytes could overtake it.
    socket_.finish();
    socket_.drain(over_);
    socket_.close();
    return false;
}

std::string Connection::read()
{
    char buffer[16 * 1024];
    while (isOpen())
    {
        ERR_clear_error();
        const int got = SSL_read(ssl_.get(), buffer, sizeof buffer);
        const bool more = got <= 0 && wantsInput(got);
        flush(); // alerts, key updates
        if (got > 0)
        {
            seen_({buffer, static_cast<std::size_t>(got)});
            return {buffer, static_cast<std::size_t>(got)};
        }
        if (!more || !fill())
            break;
    }
    return {};
}

/// Moves TLS output to the socket.
bool Connection::flush(std::chrono::microseconds interval)
{
    char buffer[16 * 1024];
    for (int got = 0; (got = BIO_read(SSL_get_wbio(ssl_.get()), buffer, sizeof buffer)) > 0;)
    {
        const std::string_view bytes(buffer, static_cast<std::size_t>(got));
        if (interval.count() == 0 && !socket_.write(bytes, over_))
            return false;
        for (std::size_t i = 0; interval.count() != 0 && i < bytes.size(); ++i)
            if (!pause(interval) || !socket_.write(bytes.substr(i, 1), over_))
                return false;
    }
    return true;
}

/// Moves bytes from the socket to TLS; false if none will come.
bool Connection::fill()
{
    char buffer[16 * 1024];
    const auto got = socket_.read(buffer, sizeof buffer, over_);
    if (got.value_or(0) == 0)
        return false;
    BIO_write(SSL_get_rbio(ssl_.get()), buffer, static_cast<int>(*got));
    return true;
}

/// Whether the failed call only needs more input; otherwise stores TLS's error.
bool Connection::wantsInput(int result)
{
    const int kind = SSL_get_error(ssl_.get(), result);
    if (kind == SSL_ERROR_SSL)
    {
        const char *reason = ERR_reason_error_string(ERR_peek_error());
        error_ = reason ? reason : "unknown TLS error";
    }
    return kind == SSL_ERROR_WANT_READ;
}

} // namespace psa::test
