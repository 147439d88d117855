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
    object,    ///< {"id", "name"} of a record that the sandbox has no list of; sent as the tenant has it.
    list,      ///< An array.
};

/// What a field is beyond its type.
enum FieldFlag : unsigned
{
    required = 1,    ///< By every create.
    readOnly = 2,    ///< Set by the service: passed over in a write.
    writeOnly = 4,   ///< Taken by a create, never sent.
    information = 8, ///< Sent inside "_info"; conditions name it with and without that.
};

struct Field
{
    const char *name;
    FieldType type;
    int length = 0; ///< Most UTF-16 units of a text; 0: not limited.
    unsigned flags = 0;
    const char *target = ""; ///< The entity of a reference; "Low|Medium|High" of a choice.
};

/// One kind of record. Names are the service's own.
struct Entity
{
    const char *name;     ///< "Statuses"; as faults, rights and tenant files name it.
    const char *resource; ///< "ticket"; as error documents and hrefs name it.
    std::string path;     ///< "service/boards/{parent}/statuses".
    const char *subject;  ///< "Service Status"; as texts about a missing one name it.
    const char *parent;   ///< The reference that every row belongs to; empty for none.
    std::vector<Field> fields;

    /// In any case; null if there is none.
    const Field *field(const std::string &name) const;
    /// The names of the fields that are dates.
    std::vector<std::string> dates() const;
};

const std::vector<Entity> &entities();
/// Null if there is none.
const Entity *findEntity(const std::string &name);
const Entity &tickets();

/// entities() is put together of these.
std::vector<Field> ticketFields();

} // namespace psa::sandbox::connectwise
