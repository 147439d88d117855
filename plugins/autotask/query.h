#pragma once

#include "common/json.h"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace psa::plugins::autotask {

/// Fields and the texts that they must equal, all of them.
using Alternative = std::vector<std::pair<std::string, std::string>>;

/// Body of a search. All conditions must hold: they are in one explicit "and", because the meaning of a bare list is
/// not certain. Only operators that Autotask supports can be expressed: it ignores a condition whose operator it does
/// not know and returns everything.
class Query
{
public:
    Query(unsigned maxRecords, std::initializer_list<const char *> fields);

    Query &equals(const std::string &field, const Poco::Dynamic::Var &value) { return add("eq", field, value); }
    Query &contains(const std::string &field, const std::string &text) { return add("contains", field, text); }
    Query &greater(const std::string &field, std::int64_t value) { return add("gt", field, value); }
    Query &oneOf(const std::string &field, const std::vector<std::int64_t> &values);
    /// One of the alternatives must hold.
    Query &anyOf(const std::vector<Alternative> &alternatives);
    /// One of the fields must be `time`, such as "2026-11-24T15:30:00Z", or later.
    Query &sinceAny(std::initializer_list<const char *> fields, const std::string &time);
    /// One of the fields must contain `text`.
    Query &containsAny(std::initializer_list<const char *> fields, const std::string &text);

    Object body() const;
    /// The body for an entity that takes its only condition alone, and no "and" around it.
    Object bareBody() const;

private:
    Query &anyField(const char *op, std::initializer_list<const char *> fields, const std::string &value);
    Object bodyWith(const Array::Ptr &filter) const;
    Query &add(const char *op, const std::string &field, const Poco::Dynamic::Var &value);

    unsigned maxRecords_;
    Array::Ptr fields_ = new Array;
    Array::Ptr all_ = new Array;
};

} // namespace psa::plugins::autotask
