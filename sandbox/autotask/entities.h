#pragma once

#include <string>
#include <vector>

namespace psa::sandbox::autotask {

enum class FieldType
{
    integer,
    longInteger,
    text,
    dateTime,
    real,
    boolean
};

/// One field as `/entityInformation/fields` tells it.
struct Field
{
    const char *name = "";
    FieldType type = FieldType::text;
    int length = 0;             ///< Characters, for text; 0: no limit told.
    unsigned flags = 0;         ///< Of the ones below.
    const char *reference = ""; ///< The REST collection that it points into.
};

constexpr unsigned required = 1; ///< Needed in every create; not those that a category asks for.
constexpr unsigned readOnly = 2; ///< Set by the service.
constexpr unsigned notQueryable = 4;
constexpr unsigned pickList = 8;
constexpr unsigned emptyText = 16; ///< Unset, it goes out as "" and not as null.
constexpr unsigned bulky = 32;     ///< Goes out as null, but where one record is read under its parent.

// What the service's description of an entity says of it, whether the sandbox serves it or not.
constexpr unsigned creatable = 1;
constexpr unsigned updatable = 2;
constexpr unsigned deletable = 4;
constexpr unsigned extensible = 8; ///< By user-defined fields.
constexpr unsigned webhooks = 16;

struct Entity
{
    const char *name; ///< The REST collection, such as "Companies".
    std::vector<Field> fields;
    unsigned flags = 0; ///< Of the ones above.

    bool is(unsigned flag) const { return (flags & flag) != 0; }
    std::string soapName() const;

    /// In any case; null if there is none.
    const Field *field(const std::string &fieldName) const;
    /// The names of the fields that are dates.
    std::vector<std::string> dates() const;
};

/// What error texts call the records of a REST collection, which need not be one of the sandbox's: "Account" for
/// "Companies".
std::string soapName(const std::string &collection);
/// One of the collection: "Company" for "Companies".
std::string singular(const std::string &collection);

/// The entity `name` in any case; null if the sandbox has none.
const Entity *findEntity(const std::string &name);
const std::vector<Entity> &entities();
const Entity &tickets();

/// The 76 ticket fields.
std::vector<Field> ticketFields();

/// "integer", "long", "string", ...
const char *dataType(FieldType type);

} // namespace psa::sandbox::autotask
