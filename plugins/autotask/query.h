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
    /// One of the alternatives must hold.
    Query &anyOf(const std::vector<Alternative> &alternatives);
    /// One of the fields must contain `text`.
    Query &containsAny(std::initializer_list<const char *> fields, const std::string &text);

    Object body() const;

private:
    Query &add(const char *op, const std::string &field, const Poco::Dynamic::Var &value);

    unsigned maxRecords_;
    Array::Ptr fields_ = new Array;
    Array::Ptr all_ = new Array;
};

} // namespace psa::plugins::autotask
