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

/// One field as described by `/entityInformation/fields`.
struct Field
{
    const char *name = "";
    FieldType type = FieldType::text;
    int length = 0;             ///< In characters, for text; 0: no limit given.
    unsigned flags = 0;         ///< Flags below.
    const char *reference = ""; ///< The REST collection that it refers to.
};

constexpr unsigned required = 1; ///< Required in every create; not those that a category requires.
constexpr unsigned readOnly = 2; ///< Set by the service.
constexpr unsigned notQueryable = 4;
constexpr unsigned pickList = 8;
constexpr unsigned emptyText = 16; ///< If unset, sent as "" instead of null.
constexpr unsigned bulky = 32;     ///< Sent as null, except when one record is read under its parent.

// Properties of an entity in the service's description, whether the sandbox supports them or not.
constexpr unsigned creatable = 1;
constexpr unsigned updatable = 2;
constexpr unsigned deletable = 4;
constexpr unsigned extensible = 8; ///< With user-defined fields.
constexpr unsigned webhooks = 16;

struct Entity
{
    const char *name; ///< The REST collection, such as "Companies".
    std::vector<Field> fields;
    unsigned flags = 0; ///< Flags above.

    bool is(unsigned flag) const { return (flags & flag) != 0; }
    std::string soapName() const;

    /// The field with this name, ignoring case; null if there is none.
    const Field *field(const std::string &fieldName) const;
    /// The names of the fields that are dates.
    std::vector<std::string> dates() const;
};

/// What error texts call the records of a REST collection, which the sandbox need not have: "Account" for "Companies".
std::string soapName(const std::string &collection);
/// Singular of a collection: "Company" for "Companies".
std::string singular(const std::string &collection);

/// The entity `name`, ignoring case; null if the sandbox does not have it.
const Entity *findEntity(const std::string &name);
const std::vector<Entity> &entities();
const Entity &tickets();

/// The 76 ticket fields.
extern const std::vector<Field> ticketFields;

/// "integer", "long", "string", ...
const char *dataType(FieldType type);

} // namespace psa::sandbox::autotask
