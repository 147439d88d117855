#include "sandbox/common/rows.h"

#include "sandbox/common/dates.h"

#include <stdexcept>

namespace psa::sandbox {
namespace {

void readDate(Object &values, const std::string &name)
{
    const Var written = values.get(name);
    std::int64_t millis = 0;
    if (written.isEmpty())
        return;
    if (!parseDate(written.toString(), millis))
        throw std::invalid_argument("\"" + name + "\" of a tenant's row is not a date: " + written.toString());
    values.set(name, millis);
}

} // namespace

const Object &Row::seenAt(SandboxClock::Time now) const
{
    for (const auto &[until, older] : former)
        if (now < until)
            return *older;
    return *values;
}

void Row::replace(Object::Ptr newer, SandboxClock::Time from)
{
    former.emplace_back(from, values);
    values = std::move(newer);
}

std::string textIn(const Row &row, const std::string &field)
{
    return isSet(*row.values, field) ? row.values->get(field).toString() : std::string();
}

const Table &Rows::table(const std::string &entity) const
{
    static const Table none;
    const auto found = tables_.find(entity);
    return found == tables_.end() ? none : found->second;
}

const Row *Rows::find(const std::string &entity, std::int64_t id) const
{
    const Table &rows = table(entity);
    const auto found = rows.find(id);
    return found == rows.end() ? nullptr : &found->second;
}

std::int64_t Rows::insert(const std::string &entity, Row row)
{
    const std::int64_t id = nextId_++;
    row.values->set("id", id);
    table(entity)[id] = std::move(row);
    return id;
}

void Rows::load(const std::string &entity, const Array::Ptr &rows, const std::vector<std::string> &dates)
{
    for (unsigned i = 0; rows && i < rows->size(); ++i)
    {
        Object::Ptr values = copy(*rows->getObject(i));
        for (const std::string &name : dates)
            readDate(*values, name);
        table(entity)[values->getValue<std::int64_t>("id")] = Row{values};
    }
}

} // namespace psa::sandbox
