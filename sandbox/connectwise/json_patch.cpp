#include "sandbox/common/path_pattern.h"
#include "sandbox/connectwise/write_values.h"

namespace psa::sandbox::connectwise {
namespace {

[[noreturn]] void badPatch(const std::string &why)
{
    throw ApiError{400, "InvalidPatch", why};
}

void readOperation(const Entity &entity, const Object &operation, Object &changes)
{
    const std::string op = member(operation, "op").toString();
    if (op != "add" && op != "replace" && op != "remove")
        badPatch("The operation '" + op + "' is not valid.");
    const std::string path = member(operation, "path").toString();
    const std::vector<std::string> parts = pathSegments(path);
    const Field *field = parts.empty() ? nullptr : entity.field(parts[0]);
    const bool inReference = parts.size() == 2 && field != nullptr && field->type == FieldType::reference;
    if (field == nullptr || (field->flags & readOnly) != 0 || (parts.size() != 1 && !inReference))
        badPatch("The path " + path + " is not valid.");
    Var value = op == "remove" ? Var() : member(operation, "value");
    if (inReference)
    {
        Object::Ptr reference = newObject();
        reference->set(parts[1], value);
        value = reference;
    }
    changes.set(field->name, value);
}

} // namespace

Object::Ptr readPatch(const Entity &entity, const std::string &body)
{
    const Array::Ptr operations = asArray(readBody(body));
    if (!operations || operations->size() == 0)
        badPatch(
            "A JSON array of operations is needed: [{\"op\": \"replace\", \"path\": \"summary\", \"value\": \"x\"}].");
    Object::Ptr changes = newObject();
    for (unsigned i = 0; i < operations->size(); ++i)
    {
        Object::Ptr operation = operations->getObject(i);
        if (!operation)
            badPatch("Each operation must be a JSON object.");
        readOperation(entity, *operation, *changes);
    }
    return changes;
}

void dropWriteOnly(const Entity &entity, Object &values)
{
    for (const Field &field : entity.fields)
        if ((field.flags & writeOnly) != 0)
            values.remove(field.name);
}

} // namespace psa::sandbox::connectwise
