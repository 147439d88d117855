// The bytes of a connection, split anywhere: a message results in at most one request, the one seen by a second,
// independent reader that reads whole lines.
#include "host/http/request_reader.h"
#include "host/http/problem.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace psa::http;

namespace {

constexpr std::size_t maxBody = 4096;

struct Message
{
    std::string method;
    std::string body;
    std::size_t headers = 0;

    bool operator==(const Message &) const = default;
};

/// The first bytes of the input say how the others are split.
std::vector<Message> readInPieces(std::string_view bytes, std::size_t piece)
{
    std::vector<Message> messages;
    RequestReader reader;
    std::optional<ApiRequest> head;
    try
    {
        while (!bytes.empty())
        {
            reader.add(bytes.substr(0, piece));
            bytes.remove_prefix(std::min(piece, bytes.size()));
            for (;;)
            {
                if (!head && !(head = reader.readHead()))
                    break;
                if (!reader.readBody(head->body, maxBody))
                    break;
                messages.push_back({head->method, head->body, head->headers.size()});
                if (!reader.keepsConnection())
                    return messages;
                head.reset();
            }
        }
    }
    catch (const Problem &problem)
    {
        if (problem.status() != 400 && problem.status() != 413 && problem.status() != 431)
            std::abort();
    }
    return messages;
}

/// Reads only plain messages, line by line; ends at one that is not plain.
class LineReader
{
public:
    explicit LineReader(std::string_view bytes) : rest_(bytes) {}

    std::vector<Message> read()
    {
        std::vector<Message> messages;
        while (auto message = next())
        {
            messages.push_back(*message);
            if (closes_)
                break;
        }
        return messages;
    }

private:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    /// Up to CRLF; nullopt if it ends otherwise.
    std::optional<std::string> line()
    {
        const std::size_t end = rest_.find("\r\n");
        if (end == std::string_view::npos)
            return std::nullopt;
        std::string text(rest_.substr(0, end));
        rest_.remove_prefix(end + 2);
        if (text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
            return std::nullopt;
        return text;
    }

    std::optional<Message> next()
    {
        const std::size_t before = rest_.size();
        auto start = line();
        if (start && start->empty())
            start = line();
        if (!start)
            return std::nullopt;
        const std::size_t one = start->find(' ');
        const std::size_t two = start->find(' ', one + 1);
        if (one == std::string::npos || two == std::string::npos)
            return std::nullopt;
        Message message{start->substr(0, one), "", 0};
        const std::string version = start->substr(two + 1);
        const auto fields = readFields();
        if (!fields || before - rest_.size() > HeadScan::maxBytes || (version != "HTTP/1.1" && version != "HTTP/1.0"))
            return std::nullopt;
        return readBody(*fields, version == "HTTP/1.0", message) ? std::optional(message) : std::nullopt;
    }

    std::optional<Fields> readFields()
    {
        Fields fields;
        for (auto text = line(); text; text = line())
        {
            if (text->empty())
                return fields;
            const std::size_t colon = text->find(':');
            if (colon == 0 || colon == std::string::npos || fields.size() == HeadScan::maxHeaders)
                return std::nullopt;
            std::string name = text->substr(0, colon);
            for (char &each : name)
                each = static_cast<char>(std::tolower(static_cast<unsigned char>(each)));
            std::string value = text->substr(colon + 1);
            value.erase(0, value.find_first_not_of(" \t"));
            value.erase(value.find_last_not_of(" \t") + 1);
            fields.emplace_back(name, value);
        }
        return std::nullopt;
    }

    /// All values of a header, each after a comma.
    static std::string all(const Fields &fields, std::string_view wanted)
    {
        std::string values;
        for (const auto &[name, value] : fields)
            if (name == wanted)
                values += "," + value;
        return values;
    }

    bool readBody(const Fields &fields, bool http10, Message &message)
    {
        std::set<std::string> names;
        for (const auto &[name, value] : fields)
            names.insert(name);
        message.headers = names.size();
        closes_ = http10 || hasClose(all(fields, "connection"));
        const std::string length = all(fields, "content-length");
        const std::string coding = all(fields, "transfer-encoding");
        if (!coding.empty())
            return length.empty() && !http10 && readChunks(message.body);
        if (length.empty())
            return true;
        if (length.size() < 2 || length.size() > 7 || length.find_first_not_of("0123456789", 1) != std::string::npos)
            return false;
        const std::size_t size = std::stoul(length.substr(1));
        if (size > maxBody || size > rest_.size())
            return false;
        message.body = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return true;
    }

    static bool hasClose(std::string list)
    {
        list += ",";
        for (char &each : list)
            each =
                each == ' ' || each == '\t' ? ',' : static_cast<char>(std::tolower(static_cast<unsigned char>(each)));
        return list.find(",close,") != std::string::npos;
    }

    bool readChunks(std::string &body)
    {
        for (;;)
        {
            const auto text = line();
            const std::string size = text ? text->substr(0, text->find(';')) : "";
            if (size.empty() || size.size() > 8 ||
                size.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
                return false;
            const std::size_t count = std::stoul(size, nullptr, 16);
            if (count > maxBody || body.size() + count > maxBody || count > rest_.size())
                return false;
            body += rest_.substr(0, count);
            rest_.remove_prefix(count);
            if (!rest_.starts_with("\r\n"))
                return false;
            rest_.remove_prefix(2);
            if (count == 0)
                return true;
        }
    }

    std::string_view rest_;
    bool closes_ = false;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view bytes(reinterpret_cast<const char *>(data) + 1, size - 1);
    const std::vector<Message> whole = readInPieces(bytes, bytes.size() + 1);
    if (readInPieces(bytes, data[0] + 1U) != whole)
        std::abort();
    const std::vector<Message> others = LineReader(bytes).read();
    // The first reader rejects more. What it accepts is what the second sees, and never an extra message.
    if (whole.size() > others.size())
        std::abort();
    for (std::size_t i = 0; i < whole.size(); ++i)
        if (!(whole[i] == others[i]))
            std::abort();
    return 0;
}
