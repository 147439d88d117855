#pragma once

#include "host/events/source_settings.h"
#include "host/json/safe_pattern.h"

#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::events {

/// One request of a sender, as received.
struct RawDelivery
{
    std::string method;
    std::string contentType;
    std::string body;
    std::multimap<std::string, std::string> query; ///< Decoded.
    std::map<std::string, std::string> headers;    ///< By names in lower case.
};

/// The body of a delivery is in none of the forms that bodyTreeOf() knows, or is damaged. what(): why and where, for
/// people.
class BodyRefused : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// A delivery as one JSON document, the input of a reader program.
struct BodyTree
{
    /// {"method", "body", "query", "headers", "source": {"name", "settings", "names"}}; `names` are the settings that are
    /// lists of texts, with each text in several cases of letters.
    std::string json;
    /// JSON pointers of the members of `json` that are not set and therefore null in it; at most 200.
    std::vector<std::string> unset;
};

constexpr std::size_t maxBodyBytes = 8U << 20U;

/// What `delivery` contains, whatever form it has. The first byte of the body decides, not its content type, which senders
/// get wrong:
/// - JSON, at most 128 levels. Line breaks in strings, and None, True, False and NaN as Python writes them are accepted,
///   since people fill in templates of JSON. Integers of more than 15 digits become texts with all of their digits. Of
///   members with the same name the last one counts.
/// - XML without a document type: the members of the root element. An element is a text, or an object of its attributes
///   (`@name`) and elements; repeated elements are a list; text beside elements is its member `text`.
/// - multipart/form-data and URL-encoded forms: an object of texts; repeated fields are a list.
/// - Any other text, and a JSON string: {"text": "..."}.
/// - No body: the query, in the same way as a form; null if there is none.
/// A value of a form or a query, or a whole JSON string, that is a JSON object or list is parsed. A body that is not UTF-8 is
/// read as Windows-1252 if its content type or XML declaration names that or ISO-8859-1; otherwise invalid UTF-8 becomes
/// U+FFFD, as does U+0000. A member is not set if it is null, a text of white space, or matches one of `placeholders`, as a whole.
/// The tree lacks headers and parameters that hold secrets. Values of CloudEvents headers (`ce-`) are percent-decoded.
/// Throws BodyRefused. Thread-safe.
BodyTree bodyTreeOf(const RawDelivery &delivery, const SourceSettings &source,
                    const std::vector<json::SafePattern> &placeholders);

/// Whether a header, named in lower case, holds credentials, a signature or a cookie.
bool isSecretHeader(const std::string &name);
/// Whether a parameter of a query holds credentials.
bool isSecretParameter(const std::string &name);

} // namespace psa::events
