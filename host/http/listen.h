#pragma once

#include "host/http/serve_config.h"
#include "host/os/file_descriptor.h"

#include <filesystem>
#include <memory>

struct ssl_ctx_st;

namespace psa::http {

/// A non-blocking socket that listens at the configured address. Throws std::runtime_error.
os::FileDescriptor listenAt(const ServeConfig &config);
/// The port of a listening socket.
std::uint16_t portOf(const os::FileDescriptor &socket);

/// A listening Unix socket at a path, for our own user only, replacing what was there. Throws std::runtime_error.
os::FileDescriptor listenAt(const std::filesystem::path &path);

struct TlsContextEnd
{
    void operator()(ssl_ctx_st *context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, TlsContextEnd>;

/// Context with the configured certificate, TLS 1.2 or newer; nullptr if none is configured. Throws std::runtime_error.
TlsContext tlsContextFor(const ServeConfig &config);

} // namespace psa::http
