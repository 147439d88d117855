#include "host/events/body_tree.h"

#include "host/events/character_references.h"
#include "host/events/json_body.h"
#include "host/events/multipart_body.h"
#include "host/events/tree_writer.h"
#include "host/events/url_encoding.h"
#include "host/events/xml_body.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <Poco/Ascii.h>
#include <Poco/JSON/Array.h>
#include <Poco/String.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace psa::events {
namespace {

constexpr std::size_t maxTreeBytes = 32U << 20U; ///< Escapes make a document longer.
constexpr std::size_t maxFields = 10'000;

/// What a text is that is not UTF-8.
enum class Otherwise
{
    damaged,
    windows1252 ///< Which programs also send as ISO-8859-1.
};

/// What `contentType` or the XML declaration at the start of `body` says.
Otherwise declaredEncoding(const std::string &contentType, std::string_view body)
{
    const std::string_view content = body.substr(std::min(body.find_first_not_of(" \t\r\n"), body.size()));
    const std::string declaration(content.starts_with("<?xml") ? content.substr(0, content.find("?>")) : "");
    const std::string said = Poco::toLower(contentType + " " + declaration);
    for (const char *name : {"8859-1", "latin1", "latin-1", "windows-1252", "cp1252"})
        if (said.find(name) != std::string::npos)
            return Otherwise::windows1252;
    return Otherwise::damaged;
}

std::string fromWindows1252(std::string_view text)
{
    constexpr std::array<std::uint16_t, 32> from80{0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                                   0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
    std::string result;
    for (const char c : text)
    {
        const auto byte = static_cast<unsigned char>(c);
        appendCharacter(result, byte >= 0x80 && byte < 0xA0 ? from80[byte - 0x80U] : byte);
    }
    return result;
}

/// `text`, copied to `kept` if it has to be mended.
std::string_view validUtf8(std::string_view text, Otherwise otherwise, std::string &kept)
{
    if (json::isValidUtf8(text))
        return text;
    return kept = otherwise == Otherwise::windows1252 ? fromWindows1252(text) : json::replaceInvalidUtf8(text);
}

/// The values of a form or query by name, in the order in which the names occur first.
class FieldList
{
public:
    void add(std::string name, std::string value)
    {
        if (++count_ > maxFields)
            throw BodyRefused("The body has more than " + std::to_string(maxFields) + " fields.");
        const auto [at, isNew] = places_.emplace(std::move(name), fields_.size());
        if (isNew)
            fields_.push_back({&at->first, {}});
        fields_[at->second].values.push_back(std::move(value));
    }

    void write(TreeWriter &tree, Otherwise encoding) const
    {
        tree.beginObject();
        for (const Field &field : fields_)
            writeField(field, encoding, tree);
        tree.endObject();
    }

    bool isEmpty() const { return fields_.empty(); }

private:
    struct Field
    {
        const std::string *name;
        std::vector<std::string> values;
    };

    static void writeField(const Field &field, Otherwise encoding, TreeWriter &tree)
    {
        std::string kept;
        tree.name(validUtf8(*field.name, encoding, kept));
        if (field.values.size() == 1)
            return writeFieldValue(field.values.front(), encoding, tree);
        tree.beginList();
        for (const std::string &value : field.values)
            writeFieldValue(value, encoding, tree);
        tree.endList();
    }

    static void writeFieldValue(const std::string &value, Otherwise encoding, TreeWriter &tree)
    {
        std::string kept;
        const std::string_view text = validUtf8(value, encoding, kept);
        if (!writeIfJson(text, tree))
            tree.text(text);
    }

    std::map<std::string, std::size_t> places_;
    std::vector<Field> fields_;
    std::size_t count_ = 0;
};

/// Whether `body` begins like a URL-encoded form: with a name and "=".
bool looksLikeForm(std::string_view body)
{
    constexpr std::string_view inNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-[]%+$:";
    const std::size_t end = body.find_first_not_of(inNames);
    return end != 0 && end != std::string_view::npos && body[end] == '=';
}

FieldList formFields(std::string_view body)
{
    FieldList fields;
    while (!body.empty())
    {
        const std::size_t end = std::min(body.find('&'), body.size());
        const std::string_view field = body.substr(0, end);
        const std::size_t equals = std::min(field.find('='), field.size());
        if (!field.empty())
            fields.add(urlDecoded(field.substr(0, equals), Plus::isSpace),
                       urlDecoded(field.substr(std::min(equals + 1, field.size())), Plus::isSpace));
        body.remove_prefix(std::min(end + 1, body.size()));
    }
    return fields;
}

FieldList multipartFields(std::string_view body, const std::string &contentType)
{
    FieldList fields;
    for (FormPart &part : multipartParts(body, contentType))
        fields.add(std::move(part.name), std::move(part.content));
    return fields;
}

FieldList queryFields(const RawDelivery &delivery)
{
    FieldList fields;
    for (const auto &[name, value] : delivery.query)
        if (!isSecretParameter(name))
            fields.add(name, value);
    return fields;
}

void writeJsonBody(std::string_view body, TreeWriter &tree)
{
    try
    {
        writeJson(body, tree);
    }
    catch (const json::JsonError &error)
    {
        throw BodyRefused(std::string("The body is not valid JSON: ") + error.what() + ".");
    }
}

void writePlainText(std::string_view body, TreeWriter &tree)
{
    tree.beginObject();
    tree.name("text");
    tree.text(body);
    tree.endObject();
}

/// `body` is valid UTF-8 and not blank; `raw` is as it was received.
void writeKnownForm(std::string_view body, const RawDelivery &raw, Otherwise encoding, TreeWriter &tree)
{
    const std::size_t first = body.find_first_not_of(" \t\r\n");
    const std::string_view content = body.substr(std::min(first, body.size()));
    if (content.starts_with('{') || content.starts_with('['))
        writeJsonBody(body, tree);
    else if (content.starts_with('<'))
        writeXml(content, tree);
    else if (content.starts_with("--") && isMultipart(content, raw.contentType))
        multipartFields(content, raw.contentType).write(tree, encoding);
    else if (looksLikeForm(content))
        formFields(content).write(tree, encoding);
    else if (!writeIfJsonString(content, tree))
        writePlainText(body, tree);
}

void writeBody(const RawDelivery &delivery, const FieldList &query, TreeWriter &tree)
{
    if (delivery.body.size() > maxBodyBytes)
        throw BodyRefused("The body has " + std::to_string(delivery.body.size()) + " bytes; at most " +
                          std::to_string(maxBodyBytes) + " are accepted.");
    if (const std::string_view encoding = json::foreignEncodingOf(delivery.body); !encoding.empty())
        throw BodyRefused("The body is encoded in " + std::string(encoding) + "; send it in UTF-8.");
    if (delivery.body.starts_with("\x1F\x8B"))
        throw BodyRefused("The body is compressed with gzip; send it uncompressed.");
    const Otherwise encoding = declaredEncoding(delivery.contentType, delivery.body);
    std::string kept;
    const std::string_view body = validUtf8(json::withoutByteOrderMark(delivery.body), encoding, kept);
    if (!json::isBlankText(body))
        writeKnownForm(body, delivery, encoding, tree);
    else if (!query.isEmpty())
        query.write(tree, Otherwise::damaged);
    else
        tree.null();
}

void writeHeaders(const RawDelivery &delivery, TreeWriter &tree)
{
    tree.beginObject();
    for (const auto &[name, value] : delivery.headers)
    {
        if (isSecretHeader(name))
            continue;
        std::string kept;
        const std::string decoded = name.starts_with("ce-") ? urlDecoded(value, Plus::isPlus) : value;
        tree.name(name);
        tree.text(validUtf8(decoded, Otherwise::damaged, kept));
    }
    tree.endObject();
}

/// `name` in the cases in which senders write it: as it is, in lower case, capitalized, in upper case; each once.
std::vector<std::string> casesOf(const std::string &name)
{
    std::string capitalized = name;
    std::transform(capitalized.begin(), capitalized.begin() + (name.empty() ? 0 : 1), capitalized.begin(),
                   [](char c) { return Poco::Ascii::isLower(c) ? static_cast<char>(c - 32) : c; });
    std::vector<std::string> cases;
    for (const std::string &variant : {name, Poco::toLower(name), capitalized, Poco::toUpper(name)})
        if (std::find(cases.begin(), cases.end(), variant) == cases.end())
            cases.push_back(variant);
    return cases;
}

/// The settings that are lists of names, with all cases of each name: jq takes long to work them out.
void writeNames(const Poco::JSON::Object &settings, TreeWriter &tree)
{
    tree.beginObject();
    for (const auto &[setting, value] : settings)
    {
        if (value.type() != typeid(Poco::JSON::Array::Ptr))
            continue;
        tree.name(setting);
        tree.beginList();
        for (const auto &item : *value.extract<Poco::JSON::Array::Ptr>())
            if (item.isString())
                for (const std::string &name : casesOf(item.extract<std::string>()))
                    tree.plainText(name);
        tree.endList();
    }
    tree.endObject();
}

void writeSource(const SourceSettings &source, TreeWriter &tree)
{
    tree.beginObject();
    tree.name("name");
    tree.plainText(source.name);
    tree.name("settings");
    tree.document(json::jsonText(Poco::Dynamic::Var(source.settings)));
    tree.name("names");
    writeNames(*source.settings, tree);
    tree.endObject();
}

/// Whether one of the words of `name`, which hyphens and underscores separate, is one of `words`.
template <std::size_t count>
bool hasWord(std::string_view name, const std::array<std::string_view, count> &words)
{
    while (!name.empty())
    {
        const std::size_t end = std::min(name.find_first_of("-_"), name.size());
        if (std::find(words.begin(), words.end(), name.substr(0, end)) != words.end())
            return true;
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    return false;
}

} // namespace

bool isSecretHeader(const std::string &name)
{
    constexpr std::array<std::string_view, 12> words{"authorization", "cookie",     "token",       "signature",
                                                     "key",           "secret",     "apikey",      "auth",
                                                     "password",      "credential", "credentials", "authtoken"};
    return hasWord(name, words);
}

bool isSecretParameter(const std::string &name)
{
    constexpr std::array<std::string_view, 8> words{"token",    "secret",    "password",   "apikey",
                                                    "passhash", "authtoken", "credential", "signature"};
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    return hasWord(lower, words) || lower == "api_key" || lower == "api-key";
}

BodyTree bodyTreeOf(const RawDelivery &delivery, const SourceSettings &source,
                    const std::vector<json::SafePattern> &placeholders)
{
    TreeWriter tree(placeholders);
    const FieldList query = queryFields(delivery);
    tree.beginObject();
    tree.name("method");
    tree.plainText(json::replaceInvalidUtf8(delivery.method));
    tree.name("body");
    writeBody(delivery, query, tree);
    tree.name("query");
    query.write(tree, Otherwise::damaged);
    tree.name("headers");
    writeHeaders(delivery, tree);
    tree.name("source");
    writeSource(source, tree);
    tree.endObject();
    if (tree.json().size() > maxTreeBytes)
        throw BodyRefused("The body is too large: it needs more than " + std::to_string(maxTreeBytes >> 20U) +
                          " MiB once it is decoded.");
    BodyTree result;
    result.json = tree.takeJson();
    result.unset = tree.takeUnset();
    return result;
}

} // namespace psa::events
