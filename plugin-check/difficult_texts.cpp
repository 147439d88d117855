#include "plugin-check/difficult_texts.h"

#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "plugin-check/check_context.h"
#include "plugin-check/request_text.h"

namespace psa::check {

std::vector<Texts> difficultTexts()
{
    return {
        {"a title of 1000 characters", repeated("0123456789 abcdefghi ", 990) + "the end.", "short"},
        {"a description of 200000 characters", "Long", repeated("A line of a long log file.\n", 199980) + "the end."},
        {"several lines", "Lines", "first\nsecond\r\nthird\n\n\tindented\nlast"},
        {"emoji", "Disk \xF0\x9F\x92\xBE full \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7", "\xF0\x9F\x98\x80 smile"},
        {"right to left", "\xD7\x94\xD7\x93\xD7\x99\xD7\xA1\xD7\xA7 \xD7\x9E\xD7\x9C\xD7\x90",
         "\xD8\xA7\xD9\x84\xD9\x82\xD8\xB1\xD8\xB5 \xD9\x85\xD9\x85\xD8\xAA\xD9\x84\xD8\xA6"},
        {"HTML", "<b>Disk</b> & <script>alert(1)</script>", "<p>1 < 2 && \"3\" > '2'</p>"},
        {"quotes", R"(Share \\FS01\c$ "full","title":"other)", R"({"title":"inner"} \" \\ / ' `)"},
        {"control characters", "Bell\x07 and escape\x1B[31m", "form feed\x0C vertical\x0B delete\x7F end"},
        {"one character", "x", ""},
    };
}

std::string repeated(const std::string &text, std::size_t bytes)
{
    std::string all;
    while (all.size() + text.size() <= bytes)
        all += text;
    return all;
}

void checkArrival(CheckContext &context, const std::string &name,
                  const std::vector<std::pair<const char *, std::string>> &wanted, const net::HttpRequest &request,
                  bool warned)
{
    if (!json::isValidUtf8(request.body))
        return context.fail(name + ": the body of the request is not UTF-8");
    try
    {
        const std::vector<std::string> sent = textsIn(request.body);
        for (const auto &[what, text] : wanted)
            if (!arrives(text, sent) && !warned)
                context.fail(name + ": the " + what +
                             " does not reach the PSA unchanged, and the result has no warning about it");
    }
    catch (const json::JsonError &error)
    {
        context.fail(name + ": the body of the request is not valid JSON: " + error.what());
    }
}

} // namespace psa::check
