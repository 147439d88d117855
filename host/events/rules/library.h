#pragma once

#include <Poco/JSON/Object.h>

#include <map>
#include <string>
#include <vector>

namespace psa::events::rules {

/// The files of host/events/rules/library by name, compiled into the program.
extern const std::map<std::string, const char *> embeddedLibrary;

/// What a ready-made rule cannot know.
struct LibraryQuestion
{
    std::string pointer; ///< JSON pointer into the rule, to where the answer belongs.
    std::string label;
    std::string help;      ///< A sentence.
    std::string kind;      ///< connection, field, number, time, time_zone or conditions.
    bool required = false; ///< Otherwise what the rule has is good enough.
};

/// A ready-made rule: complete but for the answers to its questions, and in dry run.
struct LibraryRule
{
    std::string name; ///< "host-down".
    std::string title;
    std::string description; ///< What it is good for.
    std::vector<LibraryQuestion> questions;
    Poco::JSON::Object::Ptr rule; ///< A rule's document; shared, do not change it.
};

/// In the order in which the rules should be tried.
const std::vector<LibraryRule> &library();

Poco::JSON::Object::Ptr toJson(const LibraryRule &entry);

} // namespace psa::events::rules
