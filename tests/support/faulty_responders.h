#pragma once

#include "tests/support/tls_server.h"

#include <memory>
#include <utility>

/// Ready responders for a TlsServer: good answers, and every way of answering wrongly. Those that leave the connection
/// open say so by "stays open"; all others end it.
namespace psa::test::respond {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// How a connection ends.
enum class End
{
    clean, ///< close_notify and FIN.
    cut,   ///< FIN alone.
    reset  ///< RST.
};

/// The bytes of a complete response with Content-Length, to be modified.
std::string answerText(unsigned code, const std::string &body, const Headers &headers = {});

// Good responses; the connection stays open.
Responder ok(const std::string &json = "{}");
Responder status(unsigned code, const std::string &body = "", const Headers &headers = {});
Responder chunked(const std::string &body);
Responder continueFirst(const std::string &json); ///< 100 before the 200.

// Combinations.
/// One after the other over all connections, then the last forever. At least one.
Responder inTurn(std::vector<Responder> responders);
/// The first `times` requests, over all connections, get `first`.
Responder storm(std::size_t times, Responder first, Responder then);
/// Responds when the test opens the gate.
Responder held(std::shared_ptr<Gate> gate, Responder then);
/// Responds well and then randomly, depending on `seed`, keeps the connection or closes it in one of the three ways up
/// to 2 ms later: the client's next request may be in progress.
Responder closeIdleAtRandom(unsigned seed, const std::string &json = "{}");

// The request arrives, the response does not.
Responder dropWithoutAnswer(End how = End::clean);
Responder resetWithoutAnswer();
Responder fatalAlert();
Responder hang(); ///< Silent until the client leaves or the server stops.

// Half a response.
/// Number of bytes of the whole response.
Responder cutAfter(std::size_t bytes, const std::string &json, End how = End::cut);
Responder shortBody(End how = End::clean); ///< Content-Length is more than what is sent.
Responder truncatedChunk(End how = End::clean);
Responder missingLastChunk(End how = End::clean);

// Slow. Each byte after `interval`; the connection stays open.
Responder dripHeaders(std::chrono::microseconds interval, const std::string &json = "{}");
Responder dripBody(std::chrono::microseconds interval, const std::string &json = "{}");

// Endless, until the client leaves or the server stops.
Responder endlessBody(); ///< No length, read until close.
Responder endlessChunks();
Responder endlessHeaderLine();
Responder endlessHeaders();
Responder interimFlood(); ///< 103 after 103.

// Wrong bytes.
Responder text(const std::string &bytes, End how = End::clean); ///< Exactly these, encrypted.
Responder tlsGarbage();                                         ///< Noise instead of TLS records.
Responder garbage();                                            ///< Noise inside TLS.
Responder badChunkSize();
Responder conflictingLengths(); ///< Content-Length and Transfer-Encoding.
Responder duplicateLengths();   ///< Two that differ.
Responder negativeLength();
Responder http09();            ///< Only a body.
Responder bareLineFeeds();     ///< LF instead of CR LF: some clients accept it.
Responder controlCharacters(); ///< NUL and others in a header's value.
Responder longBody();          ///< More bytes than Content-Length; stays open, so they look like the next response.

struct Named
{
    const char *name;
    Responder responder;
};
/// All of the above without a usable response, as fast as possible: a client must report that, never "answered". Some
/// of them end only at the client's deadline.
std::vector<Named> unusableAnswers();

} // namespace psa::test::respond
