#include "sandbox/common/rows.h"

namespace psa::sandbox {

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

void Rows::load(const std::string &entity, const Array::Ptr &rows)
{
    for (unsigned i = 0; rows && i < rows->size(); ++i)
    {
        Object::Ptr values = copy(*rows->getObject(i));
        table(entity)[values->getValue<std::int64_t>("id")] = Row{values};
    }
}

} // namespace psa::sandbox
