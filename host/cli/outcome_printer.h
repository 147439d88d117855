#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <iosfwd>
#include <string>

namespace psa::cli {

/// The text member of `object` on one line, made safe for a terminal; "" if it is missing.
std::string lineIn(const Poco::JSON::Object &object, const char *member);

/// Prints the error of a call into a plugin, as the API has it.
void printFailure(const Poco::JSON::Object &error, std::ostream &out);

/// For scripts: indented, with a trailing line feed.
void printDocument(const Poco::Dynamic::Var &json, std::ostream &out);

/// The result document of a successful test.
void printTest(const Poco::JSON::Object &result, std::ostream &out);

/// The items of a list of choices.
void printItems(const Poco::JSON::Array &items, std::ostream &out);

/// "warnings" of a plugin's document, one line each.
void printWarnings(const Poco::JSON::Object &document, std::ostream &out);

} // namespace psa::cli
