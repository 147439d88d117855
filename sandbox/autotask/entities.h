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

struct Entity
{
    const char *name;     ///< The REST collection, such as "Companies".
    const char *soapName; ///< What error texts call it, such as "Account".
    std::vector<Field> fields;
    bool canCreate = false;
    bool canUpdate = false;
    bool hasUserDefinedFields = false;
    bool hasWebhooks = false;

    /// In any case; null if there is none.
    const Field *field(const std::string &fieldName) const;
};

/// The entity `name` in any case; null if the sandbox has none.
const Entity *findEntity(const std::string &name);
const std::vector<Entity> &entities();
const Entity &tickets();

/// The 76 ticket fields; see section 3.3 of the API notes.
std::vector<Field> ticketFields();

/// "integer", "long", "string", ...
const char *dataType(FieldType type);

} // namespace psa::sandbox::autotask
