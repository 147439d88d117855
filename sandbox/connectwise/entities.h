#pragma once

#include <string>
#include <vector>

namespace psa::sandbox::connectwise {

enum class FieldType
{
    text,
    integer,
    real,
    boolean,
    dateTime,
    choice,    ///< One of the words in `target`.
    reference, ///< A row of the entity `target`.
    object,    ///< {"id", "name"} of a record for which the sandbox has no list; sent as in the tenant.
    list,      ///< An array.
};

/// Properties of a field in addition to its type.
enum FieldFlag : unsigned
{
    required = 1,    ///< In every create.
    readOnly = 2,    ///< Set by the service: ignored in a write.
    writeOnly = 4,   ///< Accepted in a create, never sent.
    information = 8, ///< Sent inside "_info"; conditions name it with or without that.
};

struct Field
{
    const char *name;
    FieldType type;
    int length = 0; ///< Maximum UTF-16 units of a string; 0: no limit.
    unsigned flags = 0;
    const char *target = ""; ///< The entity of a reference; "Low|Medium|High" of a choice.
};

/// One kind of record. Names are those of the service.
struct Entity
{
    const char *name;     ///< "Statuses"; the name in faults, rights and tenant files.
    const char *resource; ///< "ticket"; the name in error documents and hrefs.
    std::string path;     ///< "service/boards/{parent}/statuses".
    const char *subject;  ///< "Service Status"; the name in texts about a missing one.
    const char *parent;   ///< The reference that every row belongs to; empty for none.
    std::vector<Field> fields;

    /// The field with this name, ignoring case; null if there is none.
    const Field *field(const std::string &name) const;
    /// The names of the fields that are dates.
    std::vector<std::string> dates() const;
};

const std::vector<Entity> &entities();
/// Null if there is none.
const Entity *findEntity(const std::string &name);
const Entity &tickets();

/// The parts of entities().
extern const std::vector<Field> ticketFields;

} // namespace psa::sandbox::connectwise
