#include "tests/support/faulty_responders.h"

#include <Poco/Net/HTTPResponse.h>

#include <algorithm>
#include <cstdio>
#include <random>

namespace psa::test::respond {
namespace {

const std::string chunkedHead =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string plainHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

std::string noise(std::size_t size)
{
    std::mt19937 generator(1); // the same bytes in every run
    std::string bytes(size, '\0');
    for (char &byte : bytes)
        byte = static_cast<char>(generator() & 0xFF);
    return bytes;
}

std::string chunk(const std::string &data)
{
    char size[24];
    snprintf(size, sizeof size, "%zx\r\n", data.size());
    return size + data + "\r\n";
}

void end(Connection &connection, End how)
{
    if (how == End::clean)
        connection.close();
    else if (how == End::cut)
        connection.cut();
    else
        connection.abort();
}

/// Sends and keeps the connection open.
Responder open(const std::string &bytes)
{
    return [bytes](const ReceivedRequest &, Connection &connection) { connection.send(bytes); };
}

/// `start`, then `part` repeatedly.
Responder endless(const std::string &start, const std::string &part)
{
    return [start, part](const ReceivedRequest &, Connection &connection) {
        for (bool more = connection.send(start); more;)
            more = connection.send(part);
        connection.cut();
    };
}

} // namespace

std::string answerText(unsigned code, const std::string &body, const Headers &headers)
{
    const auto known = static_cast<Poco::Net::HTTPResponse::HTTPStatus>(code);
    std::string answer =
        "HTTP/1.1 " + std::to_string(code) + " " + Poco::Net::HTTPResponse::getReasonForStatus(known) + "\r\n";
    for (const auto &[name, value] : headers)
        answer += name + ": " + value + "\r\n";
    return answer + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

Responder ok(const std::string &json)
{
    return status(200, json, {{"Content-Type", "application/json"}});
}

Responder status(unsigned code, const std::string &body, const Headers &headers)
{
    return open(answerText(code, body, headers));
}

Responder chunked(const std::string &body)
{
    const std::size_t half = body.size() / 2;
    const std::string first = half == 0 ? "" : chunk(body.substr(0, half));
    return open(chunkedHead + first + chunk(body.substr(half)) + (body.empty() ? "" : chunk("")));
}

Responder continueFirst(const std::string &json)
{
    return open("HTTP/1.1 100 Continue\r\n\r\n" + answerText(200, json));
}

Responder inTurn(std::vector<Responder> responders)
{
    const auto next = std::make_shared<std::atomic<std::size_t>>(0);
    return [responders = std::move(responders), next](const ReceivedRequest &request, Connection &connection) {
        const std::size_t turn = (*next)++;
        responders.at(std::min(turn, responders.size() - 1))(request, connection);
    };
}

Responder storm(std::size_t times, Responder first, Responder then)
{
    std::vector<Responder> responders(times, std::move(first));
    responders.push_back(std::move(then));
    return inTurn(std::move(responders));
}

Responder held(std::shared_ptr<Gate> gate, Responder then)
{
    return [gate = std::move(gate), then = std::move(then)](const ReceivedRequest &request, Connection &connection) {
        if (connection.wait(*gate))
            then(request, connection);
    };
}

Responder closeIdleAtRandom(unsigned seed, const std::string &json)
{
    struct Dice
    {
        std::mutex mutex;
        std::mt19937 generator;
    };
    const auto dice = std::make_shared<Dice>();
    dice->generator.seed(seed);
    return [dice, answer = answerText(200, json)](const ReceivedRequest &, Connection &connection) {
        std::uint_fast32_t thrown = 0;
        {
            const std::lock_guard lock(dice->mutex);
            thrown = dice->generator();
        }
        if (!connection.send(answer) || thrown % 4 == 3)
            return;
        connection.pause(std::chrono::microseconds(thrown / 4 % 2000));
        end(connection, static_cast<End>(thrown % 4));
    };
}

Responder dropWithoutAnswer(End how)
{
    return [how](const ReceivedRequest &, Connection &connection) { end(connection, how); };
}

Responder resetWithoutAnswer()
{
    return dropWithoutAnswer(End::reset);
}

Responder fatalAlert()
{
    return [](const ReceivedRequest &, Connection &connection) { connection.sendFatalAlert(); };
}

Responder hang()
{
    return [](const ReceivedRequest &, Connection &connection) {
        connection.hang();
        connection.cut();
    };
}

Responder cutAfter(std::size_t bytes, const std::string &json, End how)
{
    return text(answerText(200, json).substr(0, bytes), how);
}

Responder shortBody(End how)
{
    return text(plainHead + "Content-Length: 100\r\n\r\n{\"id\":1}", how);
}

Responder truncatedChunk(End how)
{
    return text(chunkedHead + "40\r\n{\"id\":1}", how);
}

Responder missingLastChunk(End how)
{
    return text(chunkedHead + chunk("{\"id\":1}"), how);
}

Responder dripHeaders(std::chrono::microseconds interval, const std::string &json)
{
    return [interval, answer = answerText(200, json)](const ReceivedRequest &, Connection &connection) {
        connection.drip(answer, interval);
    };
}

Responder dripBody(std::chrono::microseconds interval, const std::string &json)
{
    const std::string answer = answerText(200, json);
    const std::string head = answer.substr(0, answer.size() - json.size());
    return [interval, head, json](const ReceivedRequest &, Connection &connection) {
        if (connection.send(head))
            connection.drip(json, interval);
    };
}

Responder endlessBody()
{
    return endless(plainHead + "Connection: close\r\n\r\n", std::string(16 * 1024, 'x'));
}

Responder endlessChunks()
{
    return endless(chunkedHead, chunk(std::string(16 * 1024, 'x')));
}

Responder endlessHeaderLine()
{
    return endless(plainHead + "X-Long: ", std::string(16 * 1024, 'x'));
}

Responder endlessHeaders()
{
    return endless(plainHead, "X-Again: and again\r\n");
}

Responder interimFlood()
{
    return endless("", "HTTP/1.1 103 Early Hints\r\n\r\n");
}

Responder text(const std::string &bytes, End how)
{
    return [bytes, how](const ReceivedRequest &, Connection &connection) {
        connection.send(bytes);
        end(connection, how);
    };
}

Responder tlsGarbage()
{
    return [](const ReceivedRequest &, Connection &connection) {
        connection.sendRaw(noise(512));
        connection.cut();
    };
}

Responder garbage()
{
    return text(noise(512));
}

Responder badChunkSize()
{
    return text(chunkedHead + "zz\r\n{\"id\":1}\r\n0\r\n\r\n");
}

Responder conflictingLengths()
{
    return text(plainHead + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("{\"id\":1}") +
                chunk(""));
}

Responder duplicateLengths()
{
    return text(plainHead + "Content-Length: 8\r\nContent-Length: 3\r\n\r\n{\"id\":1}");
}

Responder negativeLength()
{
    return text(plainHead + "Content-Length: -1\r\n\r\n{\"id\":1}");
}

Responder http09()
{
    return text("{\"id\":1}\n");
}

Responder bareLineFeeds()
{
    return text("HTTP/1.1 200 OK\nContent-Length: 8\n\n{\"id\":1}");
}

Responder controlCharacters()
{
    return text(plainHead + "X-Control: a" + std::string("\0\x01\x7f", 3) + "b\r\nContent-Length: 8\r\n\r\n{\"id\":1}");
}

Responder longBody()
{
    return open(plainHead + "Content-Length: 8\r\n\r\n{\"id\":1}" + answerText(200, "{\"id\":2}"));
}

std::vector<Named> unusableAnswers()
{
    return {{"closes without an answer", dropWithoutAnswer()},
            {"closes without close_notify or answer", dropWithoutAnswer(End::cut)},
            {"resets without an answer", resetWithoutAnswer()},
            {"fatal alert", fatalAlert()},
            {"hangs", hang()},
            {"cut in the status line", cutAfter(10, "{}")},
            {"cut in the headers", cutAfter(30, "{}")},
            {"cut in the body", cutAfter(answerText(200, "{\"id\":1}").size() - 4, "{\"id\":1}")},
            {"short body", shortBody()},
            {"short body without close_notify", shortBody(End::cut)},
            {"short body and reset", shortBody(End::reset)},
            {"truncated chunk", truncatedChunk()},
            {"truncated chunk without close_notify", truncatedChunk(End::cut)},
            {"last chunk missing", missingLastChunk()},
            {"headers drip", dripHeaders(std::chrono::seconds(1))},
            {"body drips", dripBody(std::chrono::seconds(1))},
            {"endless body", endlessBody()},
            {"endless chunks", endlessChunks()},
            {"endless header line", endlessHeaderLine()},
            {"endless headers", endlessHeaders()},
            {"interim answers without end", interimFlood()},
            {"noise beside TLS", tlsGarbage()},
            {"noise", garbage()},
            {"bad chunk size", badChunkSize()},
            {"two lengths that differ", duplicateLengths()},
            {"negative length", negativeLength()},
            {"HTTP/0.9", http09()}};
}

} // namespace psa::test::respond
