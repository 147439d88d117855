#pragma once

#include <string>
#include <vector>

namespace psa::sandbox::halopsa {

/// A query parameter that selects the rows with this value in a field; of a field that is an array, those that
/// contain the value, and those without the field.
struct Filter
{
    const char *parameter;
    const char *field;
};

/// A flag of rows, and the query parameter that decides whether the rows with it are in the list.
struct Hidden
{
    const char *flag;
    const char *parameter;
    bool shownWith; ///< True: they are in the list only with the parameter; false: only without it.
};

/// One kind of record that can only be read. Its rows are sent as the tenant has them, without the members whose names
/// begin with "_".
struct Entity
{
    const char *name;    ///< "Client": in paths, faults, rights and tenant files.
    const char *wrapper; ///< "clients": the member of a response with pages; empty: the list is a bare array.
    const char *scope;   ///< "customers": the part of the scopes read:customers and edit:customers; empty: any token.
    bool ofTeams;        ///< An agent without teams sees none.
    std::vector<const char *> search; ///< The fields that the parameter "search" looks into.
    std::vector<Filter> filters;
    std::vector<Hidden> hidden;
};

const std::vector<Entity> &entities();

enum class FieldType
{
    text,
    integer,   ///< 32 bits.
    reference, ///< The id of a row of the entity `target`; 0 means none.
    dateTime,
    list, ///< An array, with a meaning of its own.
};

/// A field of a ticket that a client can set.
struct Field
{
    const char *name = "";
    FieldType type = FieldType::text;
    const char *label = ""; ///< In messages about a missing or wrong value.
    const char *target = "";
};

extern const std::vector<Field> ticketFields;

/// The tables of what is not in entities().
constexpr const char *ticketTable = "Tickets";
constexpr const char *actionTable = "Actions";
constexpr const char *deletedTickets = "DeletedTickets"; ///< For the truth alone.

/// The fields of tickets that are dates, with those that the service sets.
std::vector<std::string> ticketDates();

} // namespace psa::sandbox::halopsa
