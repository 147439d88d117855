#include "query.h"

namespace psa::plugins::autotask {
namespace {

Object::Ptr condition(const char *op, const std::string &field, const Poco::Dynamic::Var &value)
{
    Object::Ptr one = new Object;
    one->set("op", std::string(op));
    one->set("field", field);
    one->set("value", value);
    return one;
}

Object::Ptr group(const char *op, const Array::Ptr &items)
{
    Object::Ptr one = new Object;
    one->set("op", std::string(op));
    one->set("items", items);
    return one;
}

} // namespace

Query::Query(unsigned maxRecords, std::initializer_list<const char *> fields) : maxRecords_(maxRecords)
{
    for (const char *field : fields)
        fields_->add(std::string(field));
}

Query &Query::anyOf(const std::vector<Alternative> &alternatives)
{
    Array::Ptr any = new Array;
    for (const Alternative &alternative : alternatives)
    {
        Array::Ptr conditions = new Array;
        for (const auto &[field, value] : alternative)
            conditions->add(condition("eq", field, value));
        any->add(group("and", conditions));
    }
    all_->add(group("or", any));
    return *this;
}

Query &Query::containsAny(std::initializer_list<const char *> fields, const std::string &text)
{
    return anyField("contains", fields, text);
}

Query &Query::sinceAny(std::initializer_list<const char *> fields, const std::string &time)
{
    return anyField("gte", fields, time);
}

Query &Query::anyField(const char *op, std::initializer_list<const char *> fields, const std::string &value)
{
    Array::Ptr any = new Array;
    for (const char *field : fields)
        any->add(condition(op, field, value));
    all_->add(group("or", any));
    return *this;
}

Query &Query::oneOf(const std::string &field, const std::vector<std::int64_t> &values)
{
    Array::Ptr list = new Array;
    for (const std::int64_t value : values)
        list->add(static_cast<Poco::Int64>(value));
    return add("in", field, list);
}

Object Query::body() const
{
    Array::Ptr filter = new Array;
    filter->add(group("and", all_));
    return bodyWith(filter);
}

Object Query::bareBody() const
{
    return bodyWith(all_);
}

Object Query::bodyWith(const Array::Ptr &filter) const
{
    Object body;
    body.set("maxRecords", maxRecords_);
    body.set("includeFields", fields_);
    body.set("filter", filter);
    return body;
}

Query &Query::add(const char *op, const std::string &field, const Poco::Dynamic::Var &value)
{
    all_->add(condition(op, field, value));
    return *this;
}

} // namespace psa::plugins::autotask
